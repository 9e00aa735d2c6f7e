/** The encodings that a file may have. What is not UTF-8 and has no mark of UTF-16 is read as Windows-1252. */
export type Encoding = 'utf-8' | 'windows-1252' | 'utf-16le' | 'utf-16be'

/**
 * Tells the encoding of a file from its bytes, given piece by piece. A byte order mark decides; otherwise the text is
 * UTF-8 as long as every byte fits (a text of another encoding with one accented letter does not).
 */
export function encodingDetector(): { readonly add: (piece: Uint8Array) => void; readonly end: () => Encoding } {
  const strict = new TextDecoder('utf-8', { fatal: true })
  let start = new Uint8Array(0)
  let fits = true
  const decode = (piece: Uint8Array | undefined) => {
    if (!fits) return
    try {
      strict.decode(piece, { stream: piece !== undefined })
    } catch {
      fits = false
    }
  }
  return {
    add(piece) {
      if (start.length < 3) start = Uint8Array.from([...start, ...piece.subarray(0, 3)])
      decode(piece)
    },
    end() {
      if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
      if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
      decode(undefined)
      return fits ? 'utf-8' : 'windows-1252'
    },
  }
}
