import type { Id } from '#kernel'

export type CarriedMessage = {
  /** The same at every try: a carrier that took it before takes it for the same message. */
  readonly id: Id<'Message'>
  /** E.164. */
  readonly to: string
  readonly text: string
}

export type CarrierAnswer =
  | { readonly taken: true; readonly receipt?: string }
  /** The carrier will never take it: the number does not exist, or the text is forbidden. */
  | { readonly taken: false; readonly says: string }

/** Whoever brings messages to telephones. What it throws is tried again later. */
export type Carrier = {
  readonly name: string
  readonly carry: (message: CarriedMessage) => Promise<CarrierAnswer>
}
