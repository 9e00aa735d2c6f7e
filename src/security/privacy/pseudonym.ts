import { createHmac, hkdfSync } from 'node:crypto'

/** Names that stand for ids in what leaves for one purpose. */
export type Pseudonyms = {
  readonly purpose: string
  /** 32 hexadecimal digits: the same id of the same kind gives the same, for this purpose alone. */
  readonly of: (kind: string, id: string) => string
}

/** A purpose is named as a file is: research-2026. */
export function isExportPurpose(text: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) && text.length <= 60
}

/**
 * The key of a purpose is derived from the master key (HKDF-SHA-256, RFC 5869), a pseudonym is a MAC of the id under it. Who
 * holds the files of two purposes cannot join them, nor compute a pseudonym from an id; next month's file of the same purpose joins.
 */
export function pseudonymsFor(master: Uint8Array, purpose: string): Pseudonyms {
  if (!isExportPurpose(purpose)) throw new Error(`not the name of a purpose: ${purpose}`)
  const key = Buffer.from(hkdfSync('sha256', master, '', `socle pseudonyms: ${purpose}`, 32))
  return {
    purpose,
    of: (kind, id) => createHmac('sha256', key).update(`${kind}\0${id}`).digest('hex').slice(0, 32),
  }
}
