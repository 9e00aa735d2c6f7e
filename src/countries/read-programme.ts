import { createHash } from 'node:crypto'
import { err, type Month, ok, parseDate, parseMonth, type Result, type TerritoryTree } from '#kernel'
import {
  type Catalogue,
  type Cursor,
  type Diagnostic,
  type PolicyFile,
  type RuleBook,
  readCondition,
  readYaml,
} from '#rules'
import {
  ENTRY_CHANNELS,
  type Given,
  type Lasting,
  type NotWith,
  type ProgrammeTerms,
  type Quota,
  type RankTerm,
  type ServingOrder,
  type TermsCampaign,
} from './programme-terms.ts'

const GIVEN = ['source', 'confidence'] as const
const KEYS = [
  'entry',
  'opening',
  'channels',
  'by_campaign',
  'campaigns',
  'quotas',
  'order',
  'not_with',
  'recertification',
  'duration',
  'remarks',
] as const

export type TermsSurroundings = {
  readonly catalogue: Catalogue
  readonly territories: TerritoryTree
  readonly book: RuleBook
  /** Codes that may be cited. */
  readonly sources: ReadonlySet<string>
}

/**
 * Reads the `programme.yaml` of every pack that has one; every mistake at once. A pack without one has no terms of enrolment:
 * whoever it finds eligible is owed.
 */
export function readProgrammes(
  files: readonly (PolicyFile & { readonly pack: string })[],
  around: TermsSurroundings,
): Result<ReadonlyMap<string, ProgrammeTerms>, Diagnostic[]> {
  const terms = new Map<string, ProgrammeTerms>()
  const problems: Diagnostic[] = []
  for (const { pack, path, text } of files) {
    const read = readYaml(text, path, root =>
      new TermsReader(
        pack,
        text,
        around,
        files.map(each => each.pack),
      ).read(root),
    )
    if (read.ok) terms.set(pack, read.value)
    else problems.push(...read.refusal)
  }
  return problems.length > 0 ? err(problems) : ok(terms)
}

class TermsReader {
  readonly #pack: string
  readonly #text: string
  readonly #around: TermsSurroundings
  readonly #others: readonly string[]

  constructor(pack: string, text: string, around: TermsSurroundings, others: readonly string[]) {
    this.#pack = pack
    this.#text = text
    this.#around = around
    this.#others = others
  }

  read(root: Cursor): ProgrammeTerms {
    const map = root.map(KEYS)
    if (!this.#around.book.packs.has(this.#pack)) root.report('unknown_pack', `there is no pack ${this.#pack}`)
    const quotas = (map.quotas?.items() ?? []).map(each => this.#quota(each))
    const order = map.order ? this.#order(map.order) : null
    if (map.quotas && order === null)
      map.quotas.reportKey('no_order', 'a quota says in which order it is filled', { expected: 'order' })
    return {
      pack: this.#pack,
      entry: this.#entry(root.part(map.entry, 'entry', 'how households come in')),
      opening: map.opening ? this.#opening(map.opening) : null,
      channels: map.channels ? this.#channels(map.channels) : null,
      byCampaign: map.by_campaign?.oneOf(['true', 'false']) === 'true',
      campaigns: (map.campaigns?.items() ?? []).map(each => this.#campaign(each)),
      quotas,
      order,
      notWith: (map.not_with?.items() ?? []).map(each => this.#notWith(each)),
      recertification: map.recertification ? this.#lasting(map.recertification) : null,
      duration: map.duration ? this.#lasting(map.duration) : null,
      remarks: (map.remarks?.items() ?? []).map(each => each.words()),
      version: createHash('sha256').update(this.#text).digest('hex'),
      text: this.#text,
    }
  }

  #entry(cursor: Cursor): ProgrammeTerms['entry'] {
    const map = cursor.map(['by', ...GIVEN])
    return {
      by: (map.by ?? cursor).oneOf(['automatic', 'application'], map.by ? null : 'by'),
      ...this.#given(cursor, map),
    }
  }

  #opening(cursor: Cursor): ProgrammeTerms['opening'] {
    const map = cursor.map(['from', ...GIVEN])
    return { from: this.#month(cursor.part(map.from, 'from', 'a month')), ...this.#given(cursor, map) }
  }

  #channels(cursor: Cursor): ProgrammeTerms['channels'] {
    const map = cursor.map(['open', ...GIVEN])
    const open = cursor.part(map.open, 'open', ENTRY_CHANNELS.join(', ')).items()
    return { open: open.map(each => each.oneOf(ENTRY_CHANNELS)), ...this.#given(cursor, map) }
  }

  #campaign(cursor: Cursor): TermsCampaign {
    const map = cursor.map(['code', 'names', 'from', 'to', ...GIVEN])
    const from = map.from ? this.#day(map.from) : null
    const to = map.to ? this.#day(map.to) : null
    if (from !== null && to !== null && to < from) cursor.report('not_in_order', 'it closes before it opens')
    return {
      code: cursor.part(map.code, 'code', 'a name in snake_case').text(),
      names: cursor.part(map.names, 'names', 'a name in fr, ar and en').words(),
      from,
      to,
      ...this.#given(cursor, map),
    }
  }

  #quota(cursor: Cursor): Quota {
    const map = cursor.map(['territory', 'from', 'households', ...GIVEN])
    const territory = map.territory?.text() ?? ''
    if (territory !== '' && !this.#around.territories.find(territory))
      map.territory?.report('unknown_territory', `${territory} is no territory of the country`)
    return {
      territory,
      from: this.#month(cursor.part(map.from, 'from', 'a month')),
      households: map.households && !map.households.isEmpty ? this.#count(map.households) : null,
      ...this.#given(cursor, map),
    }
  }

  #order(cursor: Cursor): ServingOrder {
    const map = cursor.map(['by', 'ties', ...GIVEN])
    const by = cursor.part(map.by, 'by', 'scores or numbers over the facts').items()
    return {
      terms: by.map(each => this.#term(each)),
      ties: (map.ties ?? cursor).oneOf(['earliest', 'drawn'], map.ties ? null : 'ties'),
      ...this.#given(cursor, map),
    }
  }

  #term(cursor: Cursor): RankTerm {
    const map = cursor.map(['score', 'value', 'first', 'label'])
    const { catalogue, book } = this.#around
    const first = (map.first ?? cursor).oneOf(['lowest', 'highest'], map.first ? null : 'first')
    const label = cursor.part(map.label, 'label', 'words in fr, ar and en').words()
    if ((map.score === undefined) === (map.value === undefined))
      cursor.report('one_of', 'a term is a score or a value', {
        expected: 'score: a pack, or value: a number in FEEL-S',
      })
    if (map.score) {
      const score = map.score.text()
      if (![...(book.packs.get(this.#pack)?.uses.values() ?? [])].includes(score))
        map.score.report('unknown_score', `${this.#pack} uses no score ${score}`)
      return { by: { score }, first, label }
    }
    const because = ''
    const formula = readCondition(map.value ?? cursor, {
      catalogue,
      of: 'household',
      known: () => true,
      because,
      gives: 'number',
    })
    return { by: { formula }, first, label }
  }

  #notWith(cursor: Cursor): NotWith {
    const map = cursor.map(['pack', 'yields', ...GIVEN])
    const other = cursor.part(map.pack, 'pack', 'a pack with terms of its own')
    const pack = other.text()
    if (pack === this.#pack || !this.#others.includes(pack))
      other.report('unknown_programme', `${pack} is no other programme with a programme.yaml`)
    return {
      pack,
      yields: (map.yields ?? cursor).oneOf(['this', 'other'], map.yields ? null : 'yields'),
      ...this.#given(cursor, map),
    }
  }

  #lasting(cursor: Cursor): Lasting {
    const map = cursor.map(['months', ...GIVEN])
    return { months: this.#count(cursor.part(map.months, 'months', 'a number of months')), ...this.#given(cursor, map) }
  }

  #given(cursor: Cursor, map: { readonly source?: Cursor; readonly confidence?: Cursor }): Given {
    const confidence = (map.confidence ?? cursor).oneOf(
      ['read', 'secondary', 'to_confirm', 'chosen'],
      map.confidence ? null : 'confidence',
    )
    const cited = map.source === undefined ? [] : map.source.isList ? map.source.items() : [map.source]
    for (const each of cited) {
      if (!this.#around.sources.has(each.text())) each.report('unknown_source', `${each.text()} is not in sources.yaml`)
    }
    if ((cited.length === 0) !== (confidence === 'chosen'))
      cursor.report('not_cited', 'a term comes with a source, or is chosen', {
        expected: 'source, or confidence: chosen',
      })
    return { sources: cited.map(each => each.text()), confidence }
  }

  #month(cursor: Cursor): Month {
    const month = parseMonth(cursor.text())
    if (month === undefined) cursor.report('not_a_month', 'a month is expected here', { expected: 'YYYY-MM' })
    return month ?? ('0001-01' as Month)
  }

  #day(cursor: Cursor) {
    const day = parseDate(cursor.text())
    if (day === undefined) cursor.report('not_a_day', 'a day is expected here', { expected: 'YYYY-MM-DD' })
    return day ?? null
  }

  #count(cursor: Cursor): number {
    const text = cursor.text()
    if (!/^[1-9][0-9]{0,8}$/.test(text)) cursor.report('not_a_count', 'a whole number above 0 is expected here')
    return Number(text)
  }
}

/** The first month in which somebody may be enrolled; null where the pack has always been. */
export function opensIn(terms: ProgrammeTerms, book: RuleBook): Month | null {
  return terms.opening?.from ?? book.packs.get(terms.pack)?.life.from ?? null
}
