import type { ConditionTerms, Country } from '#countries'
import type { Database, Transaction } from '#db'
import type { Month, Words } from '#kernel'
import {
  type ConditionFigures,
  type ConditionStepRow,
  conditionFigures,
  conditionStepsIn,
  decidedMonths,
  runFiguresByTerritory,
  runFollowed,
  suspensionsIn,
} from '#programmes'
import { readYamlData } from '#rules'
import { scopeOf } from '#security'
import {
  type ConditionDoor,
  type ConditionMonth,
  type ConditionRow,
  type ConditionShown,
  type ConditionsAsked,
  type ConditionsPage,
  STEPS_SHOWN,
  type StepRow,
} from '../condition-door.ts'
import type { PersonName, StaffMember } from '../context.ts'
import { accessOf, listAs, readWith } from './reader.ts'
import { waiverDoor } from './waivers.ts'
import { placeOf, wordsOf } from './words.ts'

const PER_PAGE = 50
const SUSPENSIONS_SHOWN = 100
const READ = 'determination.read'

/** Conditions of programmes for the pages: what was found of them in a month and what followed, and where they are waived. */
export function conditionDoor(app: Database, country: Country): ConditionDoor {
  return {
    ...waiverDoor(app, country),
    conditions: (reader, asked) => readConditions(app, country, reader, asked),
  }
}

async function readConditions(
  app: Database,
  country: Country,
  reader: StaffMember,
  asked: ConditionsAsked,
): Promise<ConditionsPage | undefined> {
  const terms = country.conditions.conditions.filter(each => each.programme === asked.pack)
  const access = await accessOf(app, reader)
  if (terms.length === 0 || scopeOf(access.grants, READ, access.at).length === 0) return undefined
  const step = STEPS_SHOWN.find(each => each === asked.step) ?? null
  const base = {
    pack: asked.pack,
    name: country.book.packs.get(asked.pack)?.names ?? wordsOf(asked.pack),
    step,
    page: asked.page,
  }
  const { months, month, found } = await readWith(app, access, READ, async tx => {
    const months = await decidedMonths(tx, country.code, asked.pack)
    const month = months.find(each => each === asked.month) ?? months[0] ?? null
    return { months, month, found: month === null ? [] : await readMonth(tx, country, asked.pack, month, terms) }
  })
  if (month === null)
    return {
      ...base,
      months,
      month,
      conditions: terms.map(nothingYet(country)),
      steps: [],
      suspensions: [],
      moreSuspensions: false,
      more: false,
    }
  const listed = await listAs(app, reader, READ, async tx => {
    const rows = await conditionStepsIn(tx, {
      pack: asked.pack,
      month,
      code: null,
      step,
      skip: (asked.page - 1) * PER_PAGE,
      limit: PER_PAGE + 1,
    })
    const shown = rows.slice(0, PER_PAGE)
    const changed = await suspensionsIn(tx, { pack: asked.pack, month, skip: 0, limit: SUSPENSIONS_SHOWN + 1 })
    const suspended = changed.slice(0, SUSPENSIONS_SHOWN)
    const named = new Map([...shown, ...suspended].map(each => [each.household, each.territory]))
    const reading = {
      action: 'household.list',
      kind: 'household',
      members: [...named].map(([id, territory]) => ({ id, territory })),
      purpose: 'examination: conditions of a month',
      detail: { programme: asked.pack, month, page: asked.page },
    } as const
    const value = {
      steps: shown.map(row => stepRow(country, terms, row)),
      more: rows.length > PER_PAGE,
      suspensions: suspended.map(({ territory, name, at, ...row }) => ({
        ...row,
        place: placeOf(country, territory),
        name: nameOf(name),
        at: at.toISOString(),
      })),
      moreSuspensions: changed.length > SUSPENSIONS_SHOWN,
    }
    return { value, reading }
  })
  return { ...base, months, month, conditions: found, ...listed }
}

async function readMonth(
  tx: Transaction,
  country: Country,
  pack: string,
  month: Month,
  terms: readonly ConditionTerms[],
): Promise<ConditionMonth[]> {
  const run = await runFollowed(tx, { country: country.code, pack, month })
  if (!run) return terms.map(nothingYet(country))
  const decided = await runFiguresByTerritory(tx, run.id, 2)
  const rights = new Map(decided.map(each => [each.territory, each.eligible]))
  const months: ConditionMonth[] = []
  for (const each of terms) {
    months.push(monthOfCondition(country, each, rights, await conditionFigures(tx, run, each.code)))
  }
  return months
}

type Counted = Omit<ConditionRow, 'place'>
const NOTHING: Counted = { met: 0, unmet: 0, unknown: 0, waived: 0, warned: 0, suspended: 0, restored: 0 }
const COUNTED = Object.keys(NOTHING) as (keyof Counted)[]

const added = (one: Counted, other: Counted): Counted =>
  Object.fromEntries(COUNTED.map(name => [name, one[name] + other[name]])) as Counted

/** Regions; the provinces of one where the reader sees that one alone. */
function monthOfCondition(
  country: Country,
  terms: ConditionTerms,
  rights: ReadonlyMap<string, number>,
  figures: readonly ConditionFigures[],
): ConditionMonth {
  const found = new Map(figures.map(each => [each.territory, each]))
  const provinces = [...new Set([...rights.keys(), ...found.keys()])].toSorted()
  const regionOf = (code: string) => code.split('.')[0] ?? code
  const isOneRegion = new Set(provinces.map(regionOf)).size === 1
  const rows = new Map<string, Counted>()
  for (const code of provinces) {
    const at = isOneRegion ? code : regionOf(code)
    rows.set(at, added(rows.get(at) ?? NOTHING, countedOf(rights.get(code) ?? 0, found.get(code))))
  }
  const sum = (of: (each: ConditionFigures) => number) => figures.reduce((all, each) => all + of(each), 0)
  return {
    condition: conditionShown(country)(terms),
    total: { place: [], ...[...rows.values()].reduce(added, NOTHING) },
    members: {
      unmet: sum(each => each.unmetMembers),
      unknown: sum(each => each.unknownMembers),
      waived: sum(each => each.waivedMembers),
    },
    rows: [...rows].map(([code, counted]) => ({ place: placeOf(country, code), ...counted })),
  }
}

/** Who has a right and of whom nothing was found meets the condition: findings are written where something is amiss. */
function countedOf(rights: number, found: ConditionFigures | undefined): Counted {
  if (!found) return { ...NOTHING, met: rights }
  const { unmet, unknown, waived, warned, suspended, restored, eligible } = found
  return { met: Math.max(0, rights - eligible), unmet, unknown, waived, warned, suspended, restored }
}

const nothingYet =
  (country: Country) =>
  (terms: ConditionTerms): ConditionMonth => ({
    condition: conditionShown(country)(terms),
    total: { place: [], ...NOTHING },
    members: { unmet: 0, unknown: 0, waived: 0 },
    rows: [],
  })

const conditionShown =
  (country: Country) =>
  (terms: ConditionTerms): ConditionShown => ({
    code: terms.code,
    label: terms.label,
    feed: terms.feed,
    facts: terms.facts.map(fact => country.catalogue.member.get(fact)?.label ?? wordsOf(fact)),
    suspendAfter: terms.suspendAfter,
    source: terms.source === null ? null : sourceText(country, terms.source),
    without: terms.without,
    ofMembers: terms.refusal === null,
  })

/** The text of a country's source, its code where it is not listed. */
function sourceText(country: Country, code: string): string {
  const listed = country.policy.find(({ path }) => path.endsWith('/sources.yaml'))
  const read = listed ? readYamlData(listed.text) : undefined
  const texts = (read?.ok ? read.value : {}) as Readonly<Record<string, string>>
  return texts[code] ?? code
}

function stepRow(country: Country, terms: readonly ConditionTerms[], row: ConditionStepRow): StepRow {
  const condition: Words = terms.find(each => each.code === row.code)?.label ?? wordsOf(row.code)
  return {
    household: row.household,
    sourceId: row.sourceId,
    name: nameOf(row.name),
    place: placeOf(country, row.territory),
    condition,
    step: row.step,
    takenBack: row.takenBack,
    breaches: row.breaches,
    at: row.at.toISOString(),
    found: row.found.map(each => ({ finding: each.finding, name: each.name === null ? null : nameOf(each.name) })),
  }
}

/** Given and family name in Latin letters, then in Arabic. */
export function nameOf([given, family, givenAr, familyAr]: readonly (string | null)[]): PersonName {
  const one = (...parts: readonly (string | null | undefined)[]) => parts.filter(Boolean).join(' ') || undefined
  return { latin: one(given, family), arabic: one(givenAr, familyAr) }
}
