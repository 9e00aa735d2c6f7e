import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inflateSync } from 'node:zlib'

/** Saves a PDF under .cache/screenshots, to be looked at. */
export async function savePdf(name: string, bytes: Uint8Array): Promise<void> {
  const folder = join(fileURLToPath(new URL('..', import.meta.url)), '.cache', 'screenshots')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${name}.pdf`), bytes)
}

/**
 * The text of a PDF as Chromium writes it: the words of its pages in the order of drawing, through each font's map from glyphs to letters. Only
 * what these files use is read; a test that looks for words in a file without any would pass for the wrong reason, so that throws.
 */
export function textOfPdf(bytes: Uint8Array): string {
  const objects = objectsOf(bytes)
  const fonts = new Map<number, ReadonlyMap<number, string>>()
  for (const [id, { head }] of objects) {
    const map = objects.get(Number(/\/ToUnicode (\d+) 0 R/.exec(head)?.[1]))
    if (map?.stream) fonts.set(id, lettersOf(map.stream))
  }
  const pages = [...objects.values()].filter(({ head }) => /\/Type \/Page\b(?!s)/.test(head))
  const texts = pages.map(({ head }) => {
    const content = objects.get(Number(/\/Contents (\d+) 0 R/.exec(head)?.[1]))?.stream ?? ''
    const own = new Map([...head.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, id]) => [name, fonts.get(Number(id))]))
    return drawn(content, name => own.get(name))
  })
  const text = texts.join('\f')
  if (text.trim() === '') throw new Error('No text was found in the PDF')
  return text
}

/** How many pages a PDF has. */
export function pagesOfPdf(bytes: Uint8Array): number {
  return [...objectsOf(bytes).values()].filter(({ head }) => /\/Type \/Page\b(?!s)/.test(head)).length
}

type PdfObject = { readonly head: string; readonly stream: string | undefined }

function objectsOf(bytes: Uint8Array): Map<number, PdfObject> {
  const file = Buffer.from(bytes).toString('latin1')
  const objects = new Map<number, PdfObject>()
  for (const { 0: start, 1: id, index } of file.matchAll(/(?:^|\n)(\d+) 0 obj\s/g)) {
    const from = index + start.length
    const end = file.indexOf('endobj', from)
    const begins = /stream\r?\n/.exec(file.slice(from, end))
    const head = file.slice(from, begins ? from + begins.index : end)
    const length = Number(/\/Length (\d+)/.exec(head)?.[1])
    const at = begins ? from + begins.index + begins[0].length : 0
    const data = Buffer.from(file.slice(at, at + length), 'latin1')
    const stream = begins && (head.includes('/FlateDecode') ? inflateSync(data) : data).toString('latin1')
    objects.set(Number(id), { head, stream: stream ?? undefined })
  }
  return objects
}

/** The map of a font: glyph to letters. */
function lettersOf(map: string): ReadonlyMap<number, string> {
  const letters = new Map<number, string>()
  const said = (hex: string) => Buffer.from(hex, 'hex').swap16().toString('utf16le')
  for (const [, body = ''] of map.matchAll(/beginbfchar([\s\S]*?)endbfchar/g))
    for (const [, glyph = '', hex = ''] of body.matchAll(/<([0-9A-F]+)>\s*<([0-9A-F]+)>/gi))
      letters.set(Number.parseInt(glyph, 16), said(hex))
  for (const [, body = ''] of map.matchAll(/beginbfrange([\s\S]*?)endbfrange/g))
    for (const [, low = '', high = '', hex = ''] of body.matchAll(/<([0-9A-F]+)>\s*<([0-9A-F]+)>\s*<([0-9A-F]+)>/gi)) {
      const [from, to, first] = [low, high, hex].map(each => Number.parseInt(each, 16)) as [number, number, number]
      for (let glyph = from; glyph <= to; glyph++) letters.set(glyph, String.fromCharCode(first + glyph - from))
    }
  return letters
}

/** What a page draws: each text object on a line of its own. */
function drawn(content: string, fontOf: (name: string) => ReadonlyMap<number, string> | undefined): string {
  let [font, text]: [ReadonlyMap<number, string> | undefined, string] = [undefined, '']
  for (const [token, name, hex] of content.matchAll(/\/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>|\bET\b/g)) {
    if (name) font = fontOf(name)
    else if (hex)
      for (const glyph of hex.match(/.{4}/g) ?? []) text += font?.get(Number.parseInt(glyph, 16)) ?? '\ufffd'
    else if (token === 'ET') text += '\n'
  }
  return text
}
