import { type Country, type Given, opensIn, type ProgrammeTerms } from '#countries'
import type { Database, Transaction } from '#db'
import { err, type Month, ok, type Words } from '#kernel'
import {
  applicationFigures,
  type Campaign,
  campaignsOf,
  type EnrolmentState,
  enrolmentFigures,
  openCampaign,
} from '#programmes'
import { readYamlData } from '#rules'
import { decideAccess, type StaffAccess } from '#security'
import type { ProgrammeDoor, ProgrammeLine, ProgrammePage, TermGiven } from '../programme-door.ts'
import { householdProgrammesDoor } from './household-programmes.ts'
import { accessOf, readAs, readWith } from './reader.ts'
import { todayIn } from './today.ts'
import { placeOf, wordsOf } from './words.ts'

/** Programmes with terms of enrolment: their terms with what gives them, and how many households are where. */
export function programmeDoor(app: Database, country: Country): ProgrammeDoor {
  return {
    ...householdProgrammesDoor(app, country),
    enrolmentProgrammes: reader =>
      readAs(app, reader, 'figures.read', async tx => {
        const lines: ProgrammeLine[] = []
        for (const terms of country.programmes.values()) {
          lines.push(lineOf(country, terms, countsOf(await enrolmentFigures(tx, terms.pack, 0))))
        }
        return lines
      }),
    enrolmentProgramme: async (reader, pack) => {
      const terms = country.programmes.get(pack)
      if (!terms) return undefined
      const access = await accessOf(app, reader)
      return readWith(app, access, 'figures.read', tx => readProgramme(tx, country, terms, access))
    },
    openCampaign: async (reader, asked) => {
      const access = await accessOf(app, reader)
      if (!mayDecideIn(access, asked.territory, asked.pack)) return err({ code: 'not_granted' })
      const done = await readWith(app, access, 'enrolment.decide', async tx =>
        openCampaign(tx, country, asked, await todayIn(tx, country)),
      )
      return done.ok ? ok(undefined) : done
    },
  }
}

function mayDecideIn(access: StaffAccess, territory: string, programme: string): boolean {
  return decideAccess(access.grants, 'enrolment.decide', { territory, programme, sensitivity: 'ordinary' }, access.at)
    .ok
}

function lineOf(country: Country, terms: ProgrammeTerms, counts: ProgrammeLine['counts']): ProgrammeLine {
  const pack = country.book.packs.get(terms.pack)
  return {
    pack: terms.pack,
    name: pack?.names ?? wordsOf(terms.pack),
    says: pack?.says ?? wordsOf(''),
    by: terms.entry.by,
    from: opensIn(terms, country.book),
    to: (pack?.life.to ?? null) as Month | null,
    counts,
  }
}

type Counted = readonly { readonly state: EnrolmentState; readonly households: number }[]

function countsOf(rows: Counted): ProgrammeLine['counts'] {
  const counts: Partial<Record<EnrolmentState, number>> = {}
  for (const { state, households } of rows) counts[state] = (counts[state] ?? 0) + households
  return counts
}

async function readProgramme(
  tx: Transaction,
  country: Country,
  terms: ProgrammeTerms,
  access: StaffAccess,
): Promise<ProgrammePage> {
  const figures = await enrolmentFigures(tx, terms.pack, 1)
  const regions = [...new Set(figures.map(({ territory }) => territory))]
  const campaigns = await campaignsOf(tx, country, terms.pack)
  const given = givenIn(country)
  return {
    ...lineOf(country, terms, countsOf(figures)),
    entry: given(terms.entry),
    opening: terms.opening && { from: terms.opening.from, ...given(terms.opening) },
    channels: terms.channels && { open: terms.channels.open, ...given(terms.channels) },
    byCampaign: terms.byCampaign,
    campaigns: campaigns.map(each => ({
      code: each.code,
      names: each.names,
      from: each.from,
      to: each.to,
      place: wholeOr(country, each.territory),
      given: statedBy(terms, each, given),
    })),
    quotas: terms.quotas.map(each => ({
      place: wholeOr(country, each.territory),
      from: each.from,
      households: each.households,
      ...given(each),
    })),
    order: terms.order && {
      terms: terms.order.terms.map(({ label }) => label),
      ties: terms.order.ties,
      ...given(terms.order),
    },
    notWith: terms.notWith.map(each => ({
      name: country.book.packs.get(each.pack)?.names ?? wordsOf(each.pack),
      yields: each.yields,
      ...given(each),
    })),
    recertification: terms.recertification && { months: terms.recertification.months, ...given(terms.recertification) },
    duration: terms.duration && { months: terms.duration.months, ...given(terms.duration) },
    remarks: terms.remarks,
    conditions: country.conditions.conditions.filter(each => each.programme === terms.pack).map(each => each.label),
    places: regions.map(territory => ({
      place: wholeOr(country, territory),
      counts: countsOf(figures.filter(each => each.territory === territory)),
    })),
    applications: await applicationFigures(tx, terms.pack),
    mayOpenCampaign: mayDecideIn(access, '', terms.pack),
  }
}

function statedBy(terms: ProgrammeTerms, { code }: Campaign, given: (term: Given) => TermGiven): TermGiven | null {
  const stated = terms.campaigns.find(each => each.code === code)
  return stated ? given(stated) : null
}

function wholeOr(country: Country, territory: string): readonly Words[] {
  return territory === '' ? [country.name] : placeOf(country, territory)
}

/** The texts of the country's sources for the codes that a term cites. */
function givenIn(country: Country): (term: Given) => TermGiven {
  const listed = country.policy.find(({ path }) => path.endsWith('/sources.yaml'))
  const read = listed ? readYamlData(listed.text) : undefined
  const texts = (read?.ok ? read.value : {}) as Readonly<Record<string, string>>
  return ({ sources, confidence }) => ({ sources: sources.map(code => texts[code] ?? code), confidence })
}
