import { createHash } from 'node:crypto'
import type { Id } from '#kernel'

/** The same words give the same id, so that a demonstration begun again finds what it did. */
export function idFrom<Kind extends string>(...words: string[]): Id<Kind> {
  const hex = createHash('sha256').update(words.join('\n')).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}` as Id<Kind>
}
