import { arrayFor, type Catalogue, type Column, type Columns, columnOver, type Fact, unknownOf } from '#rules'

/** Regions of Morocco, by the number of their code. */
const REGIONS = Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(2, '0'))

/** Numbers below a limit that depend on the seed and their order alone (xorshift32): quick enough for a nation. */
function draws(seed: number): (limit: number) => number {
  let state = seed | 1
  return limit => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % limit
  }
}

/**
 * Households made directly in columns, about 3.45 members each: a head, often a spouse, children of all ages. The shares are
 * round figures that reach every branch of the rules; they describe no real population.
 */
export function nationOf(catalogue: Catalogue, households: number, at: string): Columns {
  const draw = draws(20_261)
  const offsets = new Int32Array(households + 1)
  const sizes = [1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 6] as const
  for (let h = 0; h < households; h++) {
    const size = draw(50) === 0 ? 7 + draw(6) : (sizes[draw(sizes.length)] as number)
    offsets[h + 1] = (offsets[h] as number) + size
  }
  const members = offsets[households] as number
  const relation = new Uint8Array(members)
  const place = (fact: string, code: string) => [...(catalogue.member.get(fact)?.codes.keys() ?? [])].indexOf(code)
  const [head, spouse, child, parent] = ['head', 'spouse', 'child', 'parent'].map(code => place('relation', code)) as [
    number,
    number,
    number,
    number,
  ]
  const birth = new Int32Array(members)
  const year = Number(at.slice(0, 4))
  const born = (least: number, span: number) =>
    ((year - least - draw(span)) << 9) | ((1 + draw(12)) << 5) | (1 + draw(28))
  for (let h = 0; h < households; h++) {
    const first = offsets[h] as number
    const last = offsets[h + 1] as number
    for (let m = first; m < last; m++) {
      const nth = m - first
      const couple = nth === 1 && draw(10) < 8
      relation[m] = nth === 0 ? head : couple ? spouse : draw(12) === 0 ? parent : child
      birth[m] = nth === 0 || couple ? born(25, 45) : relation[m] === parent ? born(55, 35) : born(0, 26)
    }
  }
  const made = new Map<string, Column['data']>([
    ['relation', relation],
    ['birth_date', birth],
  ])
  const columns = (facts: ReadonlyMap<string, Fact>, length: number) =>
    new Map(
      [...facts].map(([name, fact]) => {
        const data = made.get(name) ?? filled(fact, length, draw)
        return [name, columnOver(fact, data, fact.type === 'territory' ? REGIONS : undefined)]
      }),
    )
  return {
    catalogue,
    at: at as Columns['at'],
    households,
    members,
    offsets,
    heads: offsets.subarray(0, households),
    household: columns(catalogue.household, households),
    member: columns(catalogue.member, members),
    smallest: 1,
    largest: 12,
    beyond: new Map(),
    ids: null,
  }
}

/** A column of plausible values: one in 20,000 unknown. */
function filled(fact: Fact, length: number, draw: (limit: number) => number): Column['data'] {
  const data = arrayFor(fact, length)
  const unknown = unknownOf(fact)
  const codes = fact.codes.size
  for (let row = 0; row < length; row++) data[row] = draw(20_000) === 0 ? unknown : drawn(fact, codes, draw)
  return data
}

function drawn(fact: Fact, codes: number, draw: (limit: number) => number): number {
  switch (fact.type) {
    case 'boolean':
      return draw(fact.name === 'receives_family_allowance' ? 60 : 12) === 0 ? 1 : 0
    case 'code':
      return draw(3) === 0 ? draw(codes) : 0
    case 'integer':
      return fact.min + draw(fact.name === 'rooms' ? 4 : 2)
    case 'money':
    case 'decimal':
      return draw(120_000)
    case 'date':
      return (2027 << 9) | (1 << 5) | 1
    case 'territory':
      return draw(REGIONS.length)
  }
}
