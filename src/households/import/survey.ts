import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type Encoding, encodingDetector } from './encoding.ts'

/** What one reading of a file tells before any row is looked at. */
export type Survey = {
  readonly bytes: number
  readonly sha256: string
  readonly encoding: Encoding
  /** True where most of what is not plain ASCII is UTF-8 and some of it is not: read either way, names would be lost. */
  readonly isDamaged: boolean
  readonly isZip: boolean
}

/** Reads a file once, piece by piece: its size, its hash, its encoding, and whether it is a spreadsheet (a ZIP archive). */
export async function surveyFile(path: string): Promise<Survey> {
  const hash = createHash('sha256')
  const detector = encodingDetector()
  let bytes = 0
  let isZip = false
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    if (bytes === 0) isZip = piece.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004'
    bytes += piece.length
    hash.update(piece)
    if (!isZip) detector.add(piece)
  }
  return { bytes, sha256: hash.digest('hex'), ...detector.end(), isZip }
}
