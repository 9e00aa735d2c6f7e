import type { Draw } from './draw.ts'

// Errors as people, scanners and ears make them, in the kinds that the literature on synthetic records distinguishes
// (Christen and Pudjijono 2009): a slip of the finger, a misread letter, another spelling of one sound, nothing at all.

const NEIGHBOURS: Readonly<Record<string, string>> = {
  ...{ a: 'sqz', b: 'vn', c: 'xv', d: 'sf', e: 'wr', f: 'dg', g: 'fh', h: 'gj', i: 'uo', j: 'hk', k: 'jl', l: 'k' },
  ...{ m: 'n', n: 'bm', o: 'ip', p: 'o', q: 'wa', r: 'et', s: 'ad', t: 'ry', u: 'yi', v: 'cb', w: 'qe', x: 'zc' },
  ...{ y: 'tu', z: 'xa' },
}
const MISREAD: readonly [string, string][] = [
  ...(Object.entries({ m: 'rn', l: '1', o: '0', s: '5', g: 'q', cl: 'd', w: 'vv', h: 'b', e: 'c', z: '2' }) as [
    string,
    string,
  ][]),
]
const SOUNDS: readonly [string, string][] = [
  ...(Object.entries({ ph: 'f', ck: 'k', ie: 'y', ee: 'ea', ll: 'l', nn: 'n', s: 'z', c: 'k', ai: 'ay', th: 't' }) as [
    string,
    string,
  ][]),
]

/** One slip of the finger: a letter added, left out, changed for its neighbour, or swapped with the next. */
export function typo(text: string, draw: Draw): string {
  if (text.length < 2) return text + (/^\d*$/.test(text) ? draw.below(10) : draw.one([...'aeinrs']))
  const at = draw.below(text.length)
  const letter = text[at]!
  const wrong = /\d/.test(letter) ? String(draw.below(10)) : draw.one([...(NEIGHBOURS[letter] ?? 'aeit')])
  switch (draw.below(4)) {
    case 0:
      return text.slice(0, at) + wrong + text.slice(at)
    case 1:
      return text.slice(0, at) + text.slice(at + 1)
    case 2:
      return text.slice(0, at) + wrong + text.slice(at + 1)
    default: {
      const first = Math.min(at, text.length - 2)
      return text.slice(0, first) + text[first + 1] + text[first] + text.slice(first + 2)
    }
  }
}

export function misread(text: string, draw: Draw): string {
  return replaceOne(text, MISREAD, draw)
}

export function misheard(text: string, draw: Draw): string {
  return replaceOne(text, SOUNDS, draw)
}

function replaceOne(text: string, table: readonly [string, string][], draw: Draw): string {
  const fits = table.flatMap(([from, to]) => [
    ...(text.includes(from) ? [[from, to] as const] : []),
    ...(text.includes(to) ? [[to, from] as const] : []),
  ])
  if (fits.length === 0) return typo(text, draw)
  const [from, to] = draw.one(fits)
  return text.replace(from, to)
}
