import { sql } from 'kysely'
import type { Country } from '#countries'
import type { Database, Transaction } from '#db'
import {
  type AskingCountry,
  attachEvidence,
  beginAgain,
  beginDraft,
  type Draft,
  type DraftChange,
  draftOfNumber,
  dropDraft,
  type Evidence,
  type EvidenceStore,
  evidenceOf,
  evidenceOfHousehold,
  findFaults,
  isAsking,
  loadDraft,
  mayAttach,
  openDrafts,
  openEvidence,
  openTransferPaper,
  saveDraft,
  submitDraft,
  updateFromRegister,
} from '#households'
import { type DateText, err, ok, type Result } from '#kernel'
import { personWithNumber } from '#population'
import { appendAudit, covers, decideAccess, type StaffAccess, scopeOf } from '#security'
import type { StaffMember } from '../context.ts'
import type { DeclarationDoor, DraftId, DraftsPage, PaperRow, Place, SaveAsked } from '../declaration-door.ts'
import { sectionPage, summaryPage } from './declaration-pages.ts'
import { candidatesOf, numbersIn, personNames } from './declaration-people.ts'
import { accessOf, readWith } from './reader.ts'
import { placeOf, wordsOf } from './words.ts'

const DRAFTS_SHOWN = 50

/** What a page of a declaration is made of. */
export type Opened = {
  readonly country: Country & AskingCountry
  readonly draft: Draft
  readonly today: DateText
  readonly actor: string
  /** Whether the reader's grant reaches what tells of illness or disability there. */
  readonly sensitive: boolean
  readonly places: readonly Place[]
}

export function declarationDoor(app: Database, country: Country, store: EvidenceStore | undefined): DeclarationDoor {
  const as = async <Value>(reader: StaffMember, work: (tx: Transaction, access: StaffAccess) => Promise<Value>) => {
    const access = await accessOf(app, reader)
    return readWith(app, access, 'household.write', tx => work(tx, access))
  }
  /** Opens a draft for a page: whoever opens it is recorded. */
  const opening = <Value>(
    reader: StaffMember,
    id: DraftId,
    show: (tx: Transaction, opened: Opened) => Promise<Value | undefined>,
  ): Promise<Value | undefined> =>
    as(reader, async (tx, access) => {
      const draft = await loadDraft(tx, id)
      if (!draft || draft.country !== country.code || !isAsking(country)) return undefined
      if (draft.state === 'sent' || draft.state === 'dropped') return undefined
      const { territory, household, number, version } = draft
      const to = { territory, programme: null, sensitivity: 'sensitive' } as const
      const sensitive = decideAccess(access.grants, 'household.write', to, access.at).ok
      const opened = {
        country,
        draft,
        today: await todayIn(tx, country),
        actor: reader.name,
        sensitive,
        places: placesOf(country, access),
      }
      const value = await show(tx, opened)
      if (value === undefined) return undefined
      await appendAudit(tx, {
        action: 'declaration.read',
        subject: household ? { kind: 'household', id: household } : { kind: 'draft', id },
        territory,
        purpose: 'registration: declaration',
        detail: { draft: id, number, version },
      })
      return value
    })
  return {
    drafts: (reader, number) =>
      as(reader, async (tx, access): Promise<DraftsPage> => {
        const rows = await openDrafts(tx, country.code, DRAFTS_SHOWN)
        return {
          places: placesOf(country, access),
          found: number === undefined ? undefined : ((await draftOfNumber(tx, country.code, number)) ?? null),
          drafts: rows.map(row => ({
            id: row.id,
            number: row.number,
            place: placeOf(country, row.territory),
            household: row.household,
            waits: row.state === 'waiting',
            savedAt: row.savedAt.toISOString(),
            savedBy: row.savedBy,
          })),
        }
      }),
    beginDeclaration: (reader, { id, territory }) =>
      as(reader, async tx => {
        const today = await todayIn(tx, country)
        const begun = await beginDraft(tx, country, { id, territory, channel: 'desk', today })
        return begun.ok ? ok(begun.value.id) : begun
      }),
    beginAgain: (reader, { id, household }) =>
      as(reader, async tx => {
        const begun = await beginAgain(tx, country, { id, household, channel: 'desk' })
        return begun.ok ? ok(begun.value.id) : begun
      }),
    declarationSection: (reader, id, step) =>
      opening(reader, id, async (tx, opened) => {
        const faults = await findFaults(tx, opened.country, opened.draft, opened)
        const people = {
          numbers: await numbersIn(tx, opened.draft),
          candidates: await candidatesOf(tx, country, opened.draft),
        }
        return sectionPage(opened, faults, step, people)
      }),
    declarationSummary: (reader, id) =>
      opening(reader, id, async (tx, opened) =>
        summaryPage(
          opened,
          await findFaults(tx, opened.country, opened.draft, opened),
          store ? (await evidenceOf(tx, id)).map(row => paperRow(country, row)) : undefined,
        ),
      ),
    saveDeclaration: (reader, asked) =>
      as(reader, async tx => {
        const linked = await linking(tx, country, asked)
        if (!linked.ok) return linked
        const { draft, version } = asked
        const today = await todayIn(tx, country)
        const changes = [...asked.changes, ...linked.value]
        const saved = await saveDraft(tx, country, { draft, version, changes, today, by: reader.name })
        return saved.ok ? ok(saved.value.version) : saved
      }),
    submitDeclaration: (reader, asked) =>
      as(reader, async tx => {
        const sent = await submitDraft(tx, country, { ...asked, today: await todayIn(tx, country) })
        return sent.ok ? ok(sent.value.household) : sent
      }),
    updateDeclaration: (reader, asked) =>
      as(reader, async tx => {
        const updated = await updateFromRegister(tx, country, asked)
        return updated.ok ? ok(undefined) : updated
      }),
    attachPaper: async (reader, { id, draft, kind, name, bytes }) => {
      if (!store) return err({ code: 'no_folder' })
      const may = await as(reader, tx => mayAttach(tx, country, { draft, kind }))
      if (!may.ok) return may
      const kept = await store.keep(bytes)
      if (!kept.ok) return kept
      const attached = await as(reader, tx =>
        attachEvidence(tx, country, { id, draft, kind, name, by: reader.name }, kept.value),
      )
      if (!attached.ok) await store.forget(kept.value.stored)
      return attached
    },
    paper: async (reader, id) => {
      const found = store && (await as(reader, async tx => (await openEvidence(tx, id)) ?? openTransferPaper(tx, id)))
      if (!store || !found) return undefined
      const { name, mediaType, size, stored, key } = found
      return { name, type: mediaType, size, bytes: store.open(stored, key) }
    },
    papersOfHousehold: (reader, household) =>
      as(reader, async tx => (await evidenceOfHousehold(tx, household)).map(row => paperRow(country, row))),
    dropDeclaration: (reader, asked) => as(reader, tx => dropDraft(tx, country, asked)),
  }
}

function paperRow(country: Country, { id, kind, name, size, scan, attachedAt, attachedBy }: Evidence): PaperRow {
  const words = country.form?.papers.get(kind) ?? wordsOf(kind)
  return { id, kind: words, name, size, scanned: scan === 'clean', at: attachedAt.toISOString(), by: attachedBy }
}

/** Whom a number or a choice names, with the names that the register knows. */
async function linking(
  tx: Transaction,
  country: Country,
  { changes, numbers }: SaveAsked,
): Promise<Result<DraftChange[], { code: 'number_unknown'; members: string[] }>> {
  const links: { member: string; person: string }[] = changes.flatMap(change =>
    change.kind === 'same_as' && change.person !== null ? [{ member: change.member, person: change.person }] : [],
  )
  const unknown: string[] = []
  for (const [member, number] of Object.entries(numbers)) {
    const person = await personWithNumber(tx, country.code, number)
    if (person === undefined) unknown.push(member)
    else links.push({ member, person })
  }
  const known = await personNames(
    tx,
    links.map(({ person }) => person),
  )
  const lost = links.filter(({ person }) => !known.has(person)).map(({ member }) => member)
  if (unknown.length + lost.length > 0) return err({ code: 'number_unknown', members: [...unknown, ...lost] })
  return ok(
    links.flatMap(({ member, person }): DraftChange[] => {
      const { names, facts } = known.get(person)!
      return [
        { kind: 'same_as', member, person, names },
        { kind: 'answers', member, source: 'register', values: facts },
      ]
    }),
  )
}

/** Places where the reader may register a household. */
function placesOf(country: Country, { grants, at }: StaffAccess): Place[] {
  const granted = scopeOf(grants, 'household.write', at)
  return country.territories.all
    .filter(({ code }) => granted.some(({ territory }) => covers(territory, code)))
    .map(({ code }) => ({ code, path: placeOf(country, code) }))
}

async function todayIn(tx: Transaction, { timeZone }: Country): Promise<DateText> {
  const { rows } = await sql<{ today: DateText }>`select (now() at time zone ${timeZone})::date as today`.execute(tx)
  return rows[0]!.today
}
