/** Why a sealed file, or the rest of it, is not read. Nothing after the place is to be believed. */
export type UnopenedReason =
  /** The file does not begin as one of age does. */
  | { readonly code: 'not_sealed' }
  /** Sealed for a passphrase and opened with a key, or the other way round. */
  | { readonly code: 'other_kind_of_key'; readonly kind: 'X25519' | 'scrypt' }
  | { readonly code: 'another_key' }
  /** Bytes were changed, moved or put in: in the head, or in the chunk of that number (64 KiB each, from 0). */
  | { readonly code: 'altered'; readonly at: 'head' | number }
  /** The file ends before its end. */
  | { readonly code: 'cut_off'; readonly at: 'head' | number }

/** Thrown out of a stream, where no value can be answered. */
export class Unopened extends Error {
  readonly reason: UnopenedReason
  constructor(reason: UnopenedReason) {
    super(`sealed file: ${reason.code}`)
    this.reason = reason
  }
}
