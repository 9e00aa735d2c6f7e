/** What may be attached, known by its first bytes and not by what anybody says that it is. */
export type MediaType = 'image/jpeg' | 'image/png' | 'application/pdf'

/** Enough bytes to tell. */
export const TELLING = 8

/** JPEG (ITU-T T.81, annex B), PNG (ISO/IEC 15948, 5.2), PDF (ISO 32000-1, 7.5.2); undefined for anything else. */
export function mediaTypeOf(start: Uint8Array): MediaType | undefined {
  const begins = (...bytes: number[]) => bytes.every((byte, at) => start[at] === byte)
  if (begins(0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png'
  return begins(0x25, 0x50, 0x44, 0x46, 0x2d) ? 'application/pdf' : undefined
}
