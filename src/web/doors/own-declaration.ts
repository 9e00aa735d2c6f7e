import { sql } from 'kysely'
import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import {
  beginAgain,
  type Draft,
  draftOfHousehold,
  findFaults,
  householdsOfPersons,
  isAsking,
  saveDraft,
  sendToDesk,
  submitDraft,
} from '#households'
import { type DateText, err, newId, ok } from '#kernel'
import { homesOf } from '#population'
import { appendAudit, type Citizen, citizenActor } from '#security'
import type { OwnDeclaration, OwnDeclarationDoor } from '../own-declaration-door.ts'
import { sectionPage, summaryPage } from './declaration-pages.ts'
import type { Opened } from './declarations.ts'

type Parts = {
  readonly app: Database
  readonly country: Country
  /** Who holds the session. */
  readonly holder: (headers: Headers) => Promise<Citizen | undefined>
}

/**
 * A family declares its own household again: the first of whoever holds the session. Names, kinship and place are for the desk;
 * what is said counts once the desk has confirmed it, where the country says so.
 */
export function ownDeclarationDoor({ app, country, holder }: Parts): OwnDeclarationDoor {
  const asOwner = async <Value>(
    headers: Headers,
    work: (tx: Transaction, draft: Draft | undefined, today: DateText) => Promise<Value>,
  ) => {
    const citizen = await holder(headers)
    if (!citizen || !isAsking(country)) return undefined
    return transaction(app, citizenActor(citizen, await homesOf(app, citizen.persons)), async tx => {
      const [household] = await householdsOfPersons(tx, citizen.persons)
      if (household === undefined) return undefined
      const { rows } = await sql<{
        today: DateText
      }>`select (now() at time zone ${country.timeZone})::date as today`.execute(tx)
      const draft = await draftOfHousehold(tx, household)
      return { household, value: await work(tx, draft, rows[0]!.today) }
    })
  }
  return {
    ownDeclaration: async (headers, part) =>
      (
        await asOwner(headers, async (tx, draft, today): Promise<OwnDeclaration> => {
          if (!draft) return { state: 'none' }
          if (draft.channel !== 'web') return { state: 'desk' }
          if (!isAsking(country)) return { state: 'none' }
          const opened: Opened = { country, draft, today, actor: 'citizen', sensitive: true, places: [] }
          const faults = await findFaults(tx, country, draft, opened)
          await appendAudit(tx, {
            action: 'declaration.read',
            subject: { kind: 'household', id: draft.household! },
            territory: draft.territory,
            purpose: 'data_rights: own declaration',
            detail: { draft: draft.id, number: draft.number, version: draft.version },
          })
          const { head, parts, errors } = summaryPage(opened, faults, undefined)
          const steps = head.steps.filter(({ name }) => !isOfDesk(country, name))
          const first = steps.find(({ name }) => name === part)?.name ?? steps[0]?.name
          const page = first === undefined ? undefined : sectionPage(opened, faults, first, NOBODY)
          if (!page) return { state: 'none' }
          const units = page.units.map(unit => ({
            ...unit,
            questions: unit.questions.filter(each => each.input !== 'place'),
          }))
          return {
            state: draft.state === 'waiting' ? 'waiting' : 'open',
            draft: draft.id,
            version: draft.version,
            number: draft.number,
            steps,
            page: { ...page, names: false, units },
            parts,
            errors,
          }
        })
      )?.value,
    declareOwn: async (headers, asked) => {
      const done = await asOwner(headers, async (tx, draft, today) => {
        if (asked.go === 'begin') return ok(undefined)
        if (draft?.channel !== 'web' || draft.id !== asked.draft) return err({ code: 'draft_unknown' as const })
        const { version, changes } = asked
        const step = { draft: draft.id, version, today }
        if (asked.go === 'save') {
          const saved = await saveDraft(tx, country, { ...step, changes, by: 'citizen' })
          return saved.ok ? ok(undefined) : saved
        }
        const sent = await (country.form?.web === 'counts' ? submitDraft : sendToDesk)(tx, country, step)
        return sent.ok ? ok(undefined) : sent
      })
      if (!done) return undefined
      if (asked.go !== 'begin') return done.value
      const begun = await asOwner(headers, tx =>
        beginAgain(tx, country, { id: newId<'Draft'>(), household: done.household, channel: 'web' }),
      )
      return begun && (begun.value.ok ? ok(undefined) : begun.value)
    },
  }
}

const NOBODY = { numbers: new Map<string, string>(), candidates: new Map() }

/** Who belongs, and how they are called and related, is declared at the desk. */
function isOfDesk({ form }: Country, step: string): boolean {
  return form?.sections.find(({ of }) => of === 'member')?.name === step
}
