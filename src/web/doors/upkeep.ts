import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import {
  agentFigures,
  commonDoubts,
  type DoubtCode,
  drawVisits,
  LARGEST_SAMPLE,
  listSamples,
  lowestQuality,
  qualityByTerritory,
  recordVisit,
  renewalCounts,
  renewalQueue,
  type Sample,
  signsOf,
  type Visit,
  visitsOf,
} from '#households'
import { addMonths, err, firstDay, type Id, monthOf, type Words } from '#kernel'
import { type AuditedReading, actorFor, covers, type Permission, type StaffAccess, scopeOf } from '#security'
import type { StaffMember } from '../context.ts'
import type {
  QualityPage,
  RenewalsPage,
  SamplePage,
  SampleRow,
  UpkeepDoor,
  VisitRow,
  VisitsPage,
} from '../upkeep-door.ts'
import { accessOf, listAs, readWith } from './reader.ts'
import { todayIn } from './today.ts'
import { placeOf, wordsOf } from './words.ts'

const LOWEST_SHOWN = 25
const PER_PAGE = 50
/** Months of agents' work that the page looks at. */
const MONTHS = 12

/** Quality of declarations, verification visits and renewals, for the pages. */
export function upkeepDoor(app: Database, country: Country): UpkeepDoor {
  const whoOpens = async (reader: StaffMember, permission: Permission = 'household.read') => {
    const access = await accessOf(app, reader)
    return scopeOf(access.grants, permission, access.at).length > 0 ? access : undefined
  }
  return {
    quality: async reader => {
      const access = await whoOpens(reader)
      if (!access) return undefined
      const agents = await readAgents(app, country, access)
      return listAs(app, reader, 'household.read', tx => readQuality(tx, country, agents))
    },
    visits: async reader => {
      const access = await whoOpens(reader)
      if (!access) return undefined
      const samples = await readWith(app, access, 'household.read', tx => listSamples(tx, country.code))
      const value: VisitsPage = {
        samples: samples.map(sample => sampleRow(country, sample)),
        places: placesOf(country, access),
        most: LARGEST_SAMPLE,
      }
      return value
    },
    drawVisits: async (reader, asked) => {
      const access = await whoOpens(reader, 'household.export')
      const inReach =
        access &&
        scopeOf(access.grants, 'household.export', access.at).some(at => covers(at.territory, asked.territory))
      if (!inReach) return err({ code: 'territory_unknown', territory: asked.territory })
      return transaction(app, actorFor(access, 'household.export'), tx =>
        drawVisits(tx, country, { ...asked, by: reader.name }),
      )
    },
    sample: async (reader, id, after) => {
      if (!(await whoOpens(reader))) return undefined
      return listAs(app, reader, 'household.read', tx => readSample(tx, country, id, after))
    },
    recordVisit: async (reader, said) =>
      transaction(app, actorFor(await accessOf(app, reader), 'household.write'), async tx =>
        recordVisit(tx, country, { ...said, by: reader.name }, await todayIn(tx, country)),
      ),
    renewals: async (reader, territory, page) => {
      if (!(await whoOpens(reader))) return undefined
      return listAs(app, reader, 'household.read', tx => readRenewals(tx, country, territory, page))
    },
  }
}

type Told<Value> = { readonly value: Value; readonly reading: AuditedReading }

function told<Value>(
  value: Value,
  screen: string,
  shown: readonly { readonly household: string; readonly territory: string }[],
): Told<Value> {
  const members = shown.map(({ household, territory }) => ({ id: household as Id<'Household'>, territory }))
  return {
    value,
    reading: { action: 'household.list', kind: 'household', members, purpose: `data_quality: ${screen}`, detail: {} },
  }
}

/** Who recorded what, for whoever answers for agents. */
async function readAgents(app: Database, country: Country, access: StaffAccess) {
  if (scopeOf(access.grants, 'staff.read', access.at).length === 0) return null
  if (scopeOf(access.grants, 'household.read', access.at).length === 0) return null
  const figures = await readWith(app, access, 'household.read', async tx => {
    const since = firstDay(addMonths(monthOf(await todayIn(tx, country)), -MONTHS))
    return agentFigures(tx, country.code, since)
  })
  return figures.map(each => ({ ...each, signs: signsOf(each, country.upkeep.agents) }))
}

async function readQuality(
  tx: Transaction,
  country: Country,
  agents: QualityPage['agents'],
): Promise<Told<QualityPage>> {
  const regions = await qualityByTerritory(tx, country.code)
  const doubts = await commonDoubts(tx, country.code)
  const lowest = await lowestQuality(tx, country.code, LOWEST_SHOWN)
  const value: QualityPage = {
    chosen: country.upkeep.chosen,
    regions: regions.map(({ territory, ...rest }) => ({ code: territory, name: nameOf(country, territory), ...rest })),
    doubts: doubts.map(({ code, severity, households }) => ({
      code: code as DoubtCode,
      severity: severity === 'error' ? 'error' : 'warning',
      households,
    })),
    agents,
    lowest: lowest.map(({ territory, codes, ...rest }) => ({
      ...rest,
      codes: codes as readonly DoubtCode[],
      place: placeOf(country, territory),
    })),
  }
  return told(value, 'quality', lowest)
}

function nameOf(country: Country, code: string): Words {
  return country.territories.find(code)?.name ?? wordsOf(code)
}

function sampleRow(country: Country, sample: Sample): SampleRow {
  const { id, seed, size, askedBy, visits, answered, differing } = sample
  return {
    id,
    place: sample.territory === '' ? [country.name] : placeOf(country, sample.territory),
    seed,
    size,
    askedBy,
    askedAt: sample.askedAt.toISOString(),
    visits,
    answered,
    differing,
  }
}

/** The country and its first two levels, as far as the reader may take lists of households away. */
function placesOf(country: Country, { grants, at }: StaffAccess): VisitsPage['places'] {
  const granted = scopeOf(grants, 'household.export', at)
  const regions = country.territories.childrenOf()
  const codes = [
    '',
    ...regions.flatMap(region => [region.code, ...country.territories.childrenOf(region.code).map(each => each.code)]),
  ]
  return codes
    .filter(code => granted.some(place => covers(place.territory, code)))
    .map(code => ({ code, names: code === '' ? [country.name] : placeOf(country, code) }))
}

async function readSample(
  tx: Transaction,
  country: Country,
  id: Id<'VisitSample'>,
  after: number,
): Promise<Told<SamplePage | undefined>> {
  const [sample] = await listSamples(tx, country.code, id)
  if (!sample) return told(undefined, 'visits', [])
  const visits = await visitsOf(tx, id, { after, limit: PER_PAGE + 1 })
  const shown = visits.slice(0, PER_PAGE)
  const { method, strata } = sample
  const value: SamplePage = {
    sample: {
      ...sampleRow(country, sample),
      riskPercent: method.riskPercent,
      riskBelow: method.riskBelow,
      method: method.name,
      strata: strata.map(({ territory, ...rest }) => ({ ...rest, place: placeOf(country, territory) })),
    },
    visits: shown.map(visit => visitRow(country, visit)),
    more: visits.length > PER_PAGE,
  }
  return told(value, 'visits', shown)
}

function visitRow(country: Country, { territory, differs, recordedBy: _by, ...visit }: Visit): VisitRow {
  return {
    ...visit,
    place: placeOf(country, territory),
    differs: differs.map(field => {
      const [of, name] = (field.split('|')[0] ?? '').split('.')
      const fact = of === 'household' || of === 'member' ? country.catalogue[of].get(name ?? '') : undefined
      return { field, label: fact?.label ?? wordsOf(field) }
    }),
  }
}

async function readRenewals(
  tx: Transaction,
  country: Country,
  territory: string,
  page: number,
): Promise<Told<RenewalsPage>> {
  const { renewal, sources } = country.upkeep
  const counts = await renewalCounts(tx, country.code, territory)
  const asked = { country: country.code, territory, skip: (page - 1) * PER_PAGE, limit: PER_PAGE + 1 }
  const rows = await renewalQueue(tx, asked)
  const shown = rows.slice(0, PER_PAGE)
  const value: RenewalsPage = {
    validity: renewal.validity.map(({ where, months, source }) => ({
      where: Object.entries(where).map(
        ([fact, code]) => country.catalogue.household.get(fact)?.codes.get(code) ?? wordsOf(code),
      ),
      months,
      source: source === null ? null : (sources[source] ?? source),
    })),
    graceDays: renewal.graceDays,
    place: territory === '' ? [country.name] : placeOf(country, territory),
    territories: counts.map(({ territory: code, ...rest }) => ({ code, name: nameOf(country, code), ...rest })),
    rows: shown.map(({ territory: at, declaration: _declaration, priority: _priority, ...rest }) => ({
      ...rest,
      place: placeOf(country, at),
    })),
    more: rows.length > PER_PAGE,
  }
  return told(value, 'renewals', shown)
}
