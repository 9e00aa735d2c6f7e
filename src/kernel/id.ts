declare const kind: unique symbol

/** A UUID that belongs to one kind of thing: a `PersonId` cannot be passed where a `HouseholdId` is asked. */
export type Id<Kind extends string> = string & { readonly [kind]: Kind }

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Reads an id at the edge (lower case, with dashes); undefined where the text is not a UUID. */
export function parseId<Kind extends string>(text: string): Id<Kind> | undefined {
  return UUID.test(text) ? (text as Id<Kind>) : undefined
}

/**
 * A version 7 UUID (RFC 9562): 48 bits of milliseconds since 1970, then 74 bits that the caller draws, so that ids sort
 * by time of creation and an index grows at its end.
 *
 * @param milliseconds since 1970, below 2⁴⁸
 * @param random 10 bytes; six of their bits give way to the version and the variant
 */
export function uuidV7(milliseconds: number, random: Uint8Array): string {
  if (random.length !== 10) throw new RangeError(`uuidV7 takes 10 random bytes, not ${random.length}`)
  let hex = ''
  for (const byte of random) hex += HEX[byte]
  const time = milliseconds.toString(16).padStart(12, '0')
  const variant = (8 + (Number.parseInt(hex[3] as string, 16) & 3)).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(7, 19)}`
}

// Asking for random bytes costs more than using them: they are drawn for many ids at once.
const DRAW = 10
const pool = new Uint8Array(512 * DRAW)
let used = pool.length

function draw(): Uint8Array {
  if (used === pool.length) {
    crypto.getRandomValues(pool)
    used = 0
  }
  used += DRAW
  return pool.slice(used - DRAW, used)
}

let lastMillisecond = 0
let sequence = 0

/**
 * A new id. Ids made by one process increase strictly, also within a millisecond (the twelve bits after the version
 * count, as RFC 9562 section 6.2 allows), so rows inserted in order stay in order.
 */
export function newId<Kind extends string>(): Id<Kind> {
  const random = draw()
  const now = Date.now()
  if (now > lastMillisecond) {
    lastMillisecond = now
    // Starts low in the range, so that thousands more fit before the next millisecond.
    sequence = (((random[0] as number) << 8) | (random[1] as number)) & 0x3ff
  } else if (++sequence > 0xfff) {
    lastMillisecond++
    sequence = 0
  }
  random[0] = sequence >> 4
  random[1] = ((sequence & 0xf) << 4) | ((random[1] as number) & 0xf)
  return uuidV7(lastMillisecond, random) as Id<Kind>
}
