import { err } from '#kernel'
import { readAnswerPieces } from '../iso20022/answers.ts'
import { usualLimits } from '../iso20022/xml-bounds.ts'
import type { ProviderPort, ReadsAnswerPieces } from './provider-port.ts'

/** How a file of a provider is read as it comes: ISO 20022 where it has no port; a message of an interface is short, and read whole. */
export function answerPiecesOf(port: ProviderPort | undefined): ReadsAnswerPieces {
  if (!port) return readAnswerPieces
  if (port.adapter !== 'http') return port.readPieces
  return async function* (bytes) {
    const held: Uint8Array[] = []
    let size = 0
    for await (const piece of bytes) {
      size += piece.length
      if (size > usualLimits.bytes) return yield err({ code: 'too_large', limit: usualLimits.bytes } as const)
      held.push(piece)
    }
    yield port.read(Buffer.concat(held))
  }
}
