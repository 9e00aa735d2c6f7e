/**
 * The encodings that a file may have. What is not UTF-8 and has no mark of UTF-16 was written by an older Windows: the
 * Arabic one (1256), which has the French accents at the same places, where words are made of letters beyond ASCII, else 1252.
 */
export type Encoding = 'utf-8' | 'windows-1252' | 'windows-1256' | 'utf-16le' | 'utf-16be'

/** What the bytes of a text tell. */
export type Told = {
  readonly encoding: Encoding
  /** True where most of what is not ASCII is UTF-8 and some of it is not: neither encoding reads it as it was meant. */
  readonly isDamaged: boolean
}

/**
 * Tells the encoding of a file from its bytes, given piece by piece. A byte order mark decides; otherwise the text is
 * UTF-8 as long as every byte fits (a text of another encoding with one accented letter does not).
 */
export function encodingDetector(): { readonly add: (piece: Uint8Array) => void; readonly end: () => Told } {
  const strict = new TextDecoder('utf-8', { fatal: true })
  const lenient = new TextDecoder('utf-8')
  let start = new Uint8Array(0)
  let fits = true
  let letters = 0
  let misfits = 0
  const windows = windowsDetector()
  const decode = (piece: Uint8Array | undefined) => {
    if (fits) {
      try {
        const text = strict.decode(piece, { stream: piece !== undefined })
        letters += Math.max(0, (piece?.length ?? 0) - text.length)
        return
      } catch {
        fits = false
      }
    }
    windows.add(piece)
    for (const [run] of lenient.decode(piece, { stream: piece !== undefined }).matchAll(BEYOND_ASCII)) {
      if (run === MISFIT) misfits++
      else letters += run.length
    }
  }
  return {
    add(piece) {
      if (start.length < 3) start = Uint8Array.from([...start, ...piece.subarray(0, 3)])
      decode(piece)
    },
    end() {
      if (start[0] === 0xff && start[1] === 0xfe) return { encoding: 'utf-16le', isDamaged: false }
      if (start[0] === 0xfe && start[1] === 0xff) return { encoding: 'utf-16be', isDamaged: false }
      decode(undefined)
      if (fits) return { encoding: 'utf-8', isDamaged: false }
      return { encoding: windows.end(), isDamaged: letters > misfits }
    },
  }
}

/** What a decoder puts in the place of bytes that are not UTF-8. */
const MISFIT = '\ufffd'
const BEYOND_ASCII = /\ufffd|[^\0-\u007f\ufffd]+/g

/** The shortest run of letters beyond ASCII that is a word: French has one or two together, an Arabic word has more. */
const WORD = 3

/** Tells the two Windows encodings apart: by whether most letters beyond ASCII stand in words of their own. */
function windowsDetector() {
  let inWords = 0
  let alone = 0
  let run = 0
  const close = () => {
    if (run >= WORD) inWords += run
    else alone += run
    run = 0
  }
  return {
    add(piece: Uint8Array | undefined) {
      for (const byte of piece ?? []) {
        if (byte >= 0x80) run++
        else if (run > 0) close()
      }
    },
    end(): Encoding {
      close()
      return inWords > alone ? 'windows-1256' : 'windows-1252'
    },
  }
}
