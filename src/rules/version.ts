import { isMap, isScalar, isSeq, type Node } from 'yaml'
import type { Cursor } from './yaml-source.ts'

/** What a file says, without its comments, layout and order of keys: two files that say the same have the same text. */
export function normalised(cursor: Cursor): string {
  return JSON.stringify(plain(cursor.node))
}

function plain(node: Node | null): unknown {
  if (isMap(node)) {
    const entries = node.items.map(
      item => [String((item.key as { value: unknown }).value), plain(item.value as Node | null)] as const,
    )
    return entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  }
  if (isSeq(node)) return node.items.map(item => plain(item as Node))
  if (!isScalar(node) || node.value === null) return null
  // Numbers as written, so that 0.10 stays itself; runs of blanks in a text count as one.
  const text = typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
  return text.trim().replace(/\s+/g, ' ')
}
