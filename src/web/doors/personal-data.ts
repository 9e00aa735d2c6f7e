import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { type EvidenceStore, findHouseholdFile } from '#households'
import {
  accessPage,
  accessText,
  answerRectification,
  askRectification,
  collectAccessFile,
  heldCase,
  openRequestPaper,
  registerOf,
  waitingRectifications,
} from '#privacy'
import { type AuditedReading, actorFor, decideAccess } from '#security'
import type { DownloadFile, StaffMember } from '../context.ts'
import type { PersonalDataDoor, ProcessingsPage, WaitingCorrections } from '../personal-data.ts'
import { correctionsPage, rowOf } from './corrections-page.ts'
import { nameOf, opened } from './household.ts'
import { accessOf, listAs, openWith } from './reader.ts'
import { placeOf } from './words.ts'

/** The register of processing; it names nobody. */
export function processingsPage(country: Country): ProcessingsPage {
  const { law, sources } = country.personalData
  const { household, member } = country.catalogue
  const labelOf = (fact: string) => {
    const [of, name] = fact.split('.') as ['household' | 'member', string]
    return (of === 'household' ? household : member).get(name)!.label
  }
  return {
    law: { ...law, source: sources[law.source]! },
    rows: registerOf(country).map(({ facts, basis, retention, ...row }) => ({
      ...row,
      basis: { ...basis, source: sources[basis.source]! },
      retention: retention && { ...retention, source: retention.source && sources[retention.source]! },
      facts: facts.map(labelOf),
    })),
  }
}

export type PersonalDataParts = {
  readonly app: Database
  readonly worker: Database
  readonly country: Country
  /** Where papers lie; left out where none are taken. */
  readonly store: EvidenceStore | undefined
}

const PER_PAGE = 25

/** One page of what waits: each household on it was read. */
async function readWaiting(tx: Transaction, country: Country, actor: string, page: number) {
  const found = await waitingRectifications(tx, country.code, { from: (page - 1) * PER_PAGE, count: PER_PAGE + 1 })
  const rows = found.slice(0, PER_PAGE).map(request => ({
    ...rowOf(country, nameOf(request), request, actor),
    household: request.household,
    sourceId: request.sourceId,
    place: placeOf(country, request.territory),
    papers: request.papers,
  }))
  const value: WaitingCorrections = { rows, more: found.length > PER_PAGE }
  const members = new Map(found.map(({ household, territory }) => [household, { id: household, territory }]))
  const reading: AuditedReading = {
    action: 'household.list',
    kind: 'household',
    members: [...members.values()],
    purpose: 'data_rights: rectification',
    detail: { page },
  }
  return { value, reading }
}

/** A household's own data: requests to put right, and the file for the right of access. */
export function personalDataDoor({ app, worker, country, store }: PersonalDataParts): PersonalDataDoor {
  const doing = async <Value>(
    reader: StaffMember,
    permission: 'household.write' | 'personal_data.correct',
    work: (tx: Transaction) => Promise<Value>,
  ) => transaction(app, actorFor(await accessOf(app, reader), permission), work)
  return {
    async corrections(reader, household, chosen) {
      const access = await accessOf(app, reader)
      return openWith(app, access, 'household.read', async tx => {
        const file = await findHouseholdFile(tx, household)
        const held = await heldCase(tx, household)
        if (!held || file?.country !== country.code) return undefined
        const to = { territory: file.territory, programme: null, sensitivity: 'sensitive' } as const
        const sensitive = decideAccess(access.grants, 'household.read', to, access.at).ok
        const actor = `staff:${reader.id}`
        const value = await correctionsPage(tx, { country, sensitive, actor, file, held, chosen })
        return { value, act: opened(file, 'corrections page') }
      })
    },
    askCorrection: (reader, request) => doing(reader, 'household.write', tx => askRectification(tx, country, request)),
    answerCorrection: (reader, answer) =>
      doing(reader, 'personal_data.correct', tx => answerRectification(tx, country, answer)),
    waitingCorrections: (reader, page) =>
      listAs(app, reader, 'personal_data.correct', tx => readWaiting(tx, country, `staff:${reader.id}`, page)),
    async correctionPaper(reader, id) {
      const found = store && (await doing(reader, 'personal_data.correct', tx => openRequestPaper(tx, id)))
      if (!store || !found) return undefined
      const { name, mediaType, size, stored, key } = found
      return { name, type: mediaType, size, bytes: store.open(stored, key) }
    },
    async personalFile(reader, household, as) {
      const by = actorFor(await accessOf(app, reader), 'personal_data.read')
      const subject = { kind: 'household', id: household } as const
      const made = await collectAccessFile({ app, worker }, { country, subject, by })
      if (!made.ok) return undefined
      const name = `${country.code}-${household}`
      const file: DownloadFile =
        as === 'json'
          ? { name: `${name}.json`, type: 'application/json', content: accessText(made.value) }
          : {
              name: `${name}.html`,
              type: 'text/html; charset=utf-8',
              content: accessPage(made.value, country, as.words),
            }
      return file
    },
  }
}
