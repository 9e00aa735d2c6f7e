import { LONGEST_JSON } from './json-text.ts'

/**
 * The lines of a stream of text, without their ends; a last line without end counts, an empty one does not. A line that is
 * longer than any JSON taken here is kept up to that length and no further: whoever reads it says that it is too long.
 */
export async function* linesOf(stream: AsyncIterable<string | Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of stream) {
    const [first = '', ...lines] = (typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true })).split(
      '\n',
    )
    if (rest.length <= LONGEST_JSON) rest += first
    for (const line of lines) {
      yield withoutReturn(rest)
      rest = line
    }
  }
  rest += decoder.decode()
  if (rest !== '') yield withoutReturn(rest)
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
