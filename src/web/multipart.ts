// A form with one file, read piece by piece (RFC 7578): its fields come first, the file last, and no file is ever whole in
// memory. What is no such form is refused.
import { err, ok, type Result } from '#kernel'

/** A file on its way in, with the fields that stood before it. */
export type ComingFile = {
  readonly fields: Readonly<Record<string, string>>
  readonly name: string
  /** To be read to its end, once. Throws {@link BrokenForm} where the form breaks off. */
  readonly bytes: AsyncIterable<Buffer>
}

export class BrokenForm extends Error {}

const LONGEST_HEAD = 4096
/** Fields before the file, and bytes of each. */
const FEW = { fields: 10, bytes: 1000 }

/** Reads a form up to its file. Refuses `form_malformed`: no such form, too many or too long fields, no file. */
export async function readComingFile(
  contentType: string,
  body: AsyncIterable<Uint8Array>,
  most: typeof FEW = FEW,
): Promise<Result<ComingFile, { readonly code: 'form_malformed' }>> {
  const boundary = /;\s*boundary=(?:"([^"\r\n]{1,70})"|([^;\s"]{1,70}))/i.exec(contentType)
  if (!/^multipart\/form-data\s*;/i.test(contentType) || !boundary) return err({ code: 'form_malformed' })
  const reader = new Reader(body, `--${boundary[1] ?? boundary[2]}`)
  try {
    await reader.begin()
    const fields: Record<string, string> = {}
    for (let count = 0; count <= most.fields; count++) {
      const head = await reader.head()
      if (head === undefined) return err({ code: 'form_malformed' })
      const { name, file } = named(head)
      if (file !== undefined) return ok({ fields, name: file, bytes: reader.part() })
      let text = Buffer.alloc(0)
      for await (const piece of reader.part()) {
        text = Buffer.concat([text, piece])
        if (text.length > most.bytes) return err({ code: 'form_malformed' })
      }
      if (name !== undefined && !text.includes(0)) fields[name] = text.toString('utf8')
    }
    return err({ code: 'form_malformed' })
  } catch (error) {
    if (error instanceof BrokenForm) return err({ code: 'form_malformed' })
    throw error
  }
}

/** `name` and `filename` of a part's Content-Disposition. */
function named(head: string): { readonly name: string | undefined; readonly file: string | undefined } {
  const line = head.split('\r\n').find(each => /^content-disposition:/i.test(each)) ?? ''
  const value = (key: string) => {
    const found = new RegExp(`;\\s*${key}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(line)?.[1]
    return found?.replaceAll('%22', '"')
  }
  return { name: value('name'), file: value('filename') }
}

class Reader {
  readonly #pieces: AsyncIterator<Uint8Array>
  readonly #mark: Buffer
  #held = Buffer.alloc(0)
  #over = false
  /** True between a head and the first byte of its part. */
  #begun = false

  constructor(body: AsyncIterable<Uint8Array>, mark: string) {
    this.#pieces = body[Symbol.asyncIterator]()
    this.#mark = Buffer.from(`\r\n${mark}`, 'latin1')
  }

  /** The first boundary stands at the very beginning. */
  async begin(): Promise<void> {
    this.#held = Buffer.from('\r\n')
    while (this.#held.length < this.#mark.length && (await this.#more()));
    if (!this.#held.subarray(0, this.#mark.length).equals(this.#mark)) throw new BrokenForm()
    this.#held = this.#held.subarray(this.#mark.length)
  }

  /** The head of the next part; undefined after the last one. */
  async head(): Promise<string | undefined> {
    for (;;) {
      if (this.#held.length >= 2 && this.#held.subarray(0, 2).toString('latin1') === '--') return undefined
      const end = this.#held.indexOf('\r\n\r\n')
      if (end >= 0) {
        const head = this.#held.subarray(0, end).toString('utf8')
        // The line break that ends the head may begin the boundary of an empty part.
        this.#held = this.#held.subarray(end + 2)
        this.#begun = true
        return head
      }
      if (this.#held.length > LONGEST_HEAD || !(await this.#more())) throw new BrokenForm()
    }
  }

  /** The bytes of a part, to the boundary. */
  async *part(): AsyncGenerator<Buffer> {
    for (;;) {
      if (this.#begun) {
        while (this.#held.length < this.#mark.length && (await this.#more()));
        if (!this.#held.subarray(0, this.#mark.length).equals(this.#mark)) this.#held = this.#held.subarray(2)
        this.#begun = false
      }
      const end = this.#held.indexOf(this.#mark)
      if (end >= 0) {
        if (end > 0) yield this.#held.subarray(0, end)
        this.#held = this.#held.subarray(end + this.#mark.length)
        return
      }
      // What may be the beginning of a boundary is kept until more is known.
      const safe = this.#held.length - this.#mark.length
      if (safe > 0) {
        yield this.#held.subarray(0, safe)
        this.#held = this.#held.subarray(safe)
      }
      if (!(await this.#more())) throw new BrokenForm()
    }
  }

  async #more(): Promise<boolean> {
    if (this.#over) return false
    const { value, done } = await this.#pieces.next()
    if (done) {
      this.#over = true
      return false
    }
    this.#held = Buffer.concat([this.#held, value])
    return true
  }
}
