import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { answerMerge, answerTransfer, filesOfHousehold } from '#households'
import { type Currency, err, type Id, money, moneyText, monthOf, ok, type Result } from '#kernel'
import { approveRun, cancelRun, showRun } from '#payments'
import { answerExceptional, answerSettlement, answerShock, answerSwitch, answerWaiver } from '#programmes'
import {
  actorFor,
  answerProposal,
  answerRole,
  appendAudit,
  decideAccess,
  declareConflict,
  endConflict,
  findProposal,
  listConflicts,
  listProposals,
  listStaffAccess,
  type Permission,
  type Proposal,
  type ProposalId,
  type ProposalKind,
  proposalKindNames,
  proposalKinds,
  proposalState,
  requireSecondFactor,
  type SignedIn,
  type StaffAccess,
  scopeOf,
} from '#security'
import type { TransferRow } from '../receiving-door.ts'
import type { ConflictRow, ProposalRow, RunAnswer, RunRefusal, TooClose, TwoPersonDoor } from '../two-persons.ts'
import { emergencyDoor } from './emergencies.ts'
import { accessOf, readWith } from './reader.ts'
import { transferRows } from './receiving.ts'
import { shockProposed } from './shocks.ts'
import { switchProposed } from './switches.ts'
import { todayIn } from './today.ts'
import { waiverProposed } from './waivers.ts'
import { placeOf } from './words.ts'

const ASKED_AT_MOST = 5
const SHOWN = 100
/** Proposals that say in words what is proposed. */
const SHOWN_APART: readonly ProposalKind[] = ['shock', 'programme_switch', 'condition_waiver']

/** What takes two persons, and single files closed or opened, for the pages. */
export function twoPersonDoor(app: Database, country: Country): TwoPersonDoor {
  return {
    tooClose: (reader, file, kind) => findTooClose(app, reader, file, kind),
    answerRun: (reader, reference, answer) => answerRunAs(app, reader, reference, answer),
    conflicts: async reader => {
      const access = await accessOf(app, reader)
      const rows = await readWith(app, access, 'staff.grant', tx => listConflicts(tx))
      return rows.map(
        (row): ConflictRow => ({
          id: row.id,
          staffName: row.staffName,
          own: row.staff === reader.id,
          relation: row.relation,
          from: row.from.toISOString(),
          byName: row.byName,
          ended: row.ended?.toISOString(),
        }),
      )
    },
    declareConflict: async (reader, { id, number, relation, staff }) => {
      const actor = actorFor(await accessOf(app, reader), 'staff.grant')
      return transaction(app, actor, async tx => {
        const found = await filesOfHousehold(tx, country.code, number)
        if (!found) return err({ code: 'household_unknown' })
        return declareConflict(tx, reader.id, { id, staff, relation, person: null, ...found })
      })
    },
    endConflict: async (reader, id, reason) => {
      const actor = actorFor(await accessOf(app, reader), 'staff.grant')
      return transaction(app, actor, tx => endConflict(tx, reader.id, id, reason))
    },
    ...emergencyDoor(app, country),
    proposals: reader => readProposals(app, country, reader),
    answerProposal: async (reader, id, answer) => {
      const access = await accessOf(app, reader)
      const asked = { ...answer, secondFactorAt: reader.secondFactorAt ? new Date(reader.secondFactorAt) : null }
      for (const kind of proposalKindNames) {
        const { permission } = proposalKinds[kind]
        const seen = await readWith(app, access, permission, tx => findProposal(tx, id))
        if (seen?.kind !== kind) continue
        return transaction(app, actorFor(access, permission), async tx => {
          if (kind === 'role_grant') return answerRole(tx, reader.id, id, asked)
          if (kind === 'person_merge') return answerMerge(tx, reader, id, asked)
          if (kind === 'condition_waiver') return answerWaiver(tx, reader.id, id, asked)
          if (kind === 'programme_switch') return answerSwitch(tx, reader.id, id, asked, await todayIn(tx, country))
          if (kind === 'shock') {
            return answerShock(tx, reader.id, country, id, asked, monthOf(await todayIn(tx, country)))
          }
          if (kind === 'exceptional_decision') return answerExceptional(tx, reader.id, id, asked)
          if (kind === 'recipient_transfer')
            return answerTransfer(tx, country, reader.id, id, { ...asked, today: await todayIn(tx, country) })
          if (kind === 'overpaid_settled')
            return answerSettlement(tx, country, reader.id, id, { ...asked, today: await todayIn(tx, country) })
          const answered = await answerProposal(tx, reader.id, id, asked)
          return answered.ok ? ok(undefined) : answered
        })
      }
      return err({ code: 'proposal_unknown' })
    },
  }
}

/** Whether a household or a person is closed to its reader for being too close; the attempt is recorded. */
async function findTooClose(
  app: Database,
  reader: SignedIn,
  file: string,
  kind: 'household' | 'person' = 'household',
): Promise<TooClose | undefined> {
  const own = await accessOf(app, reader)
  if (!own.closed.includes(file)) return undefined
  await readWith(app, own, 'household.read', tx =>
    appendAudit(tx, {
      action: `${kind}.refused`,
      subject: { kind, id: file },
      purpose: `examination: ${kind} page`,
      detail: { why: 'too_close' },
    }),
  )
  const places = scopeOf(own.grants, 'household.read', own.at).map(place => place.territory)
  const ask = (await listStaffAccess(app)).filter(
    one =>
      one.staffId !== reader.id &&
      !one.closed.includes(file) &&
      places.some(territory => decideAccess(one.grants, 'household.read', ordinary(territory), one.at).ok),
  )
  return { tooClose: true, ask: ask.slice(0, ASKED_AT_MOST).map(one => one.name) }
}

const ordinary = (territory: string, programme: string | null = null) =>
  ({ territory, programme, sensitivity: 'ordinary' }) as const

/** The checker's yes or no to a payment run, over the whole country and each programme that it pays. */
async function answerRunAs(
  app: Database,
  reader: SignedIn,
  reference: string,
  answer: RunAnswer,
): Promise<Result<undefined, RunRefusal>> {
  const permission: Permission = answer.step === 'approve' ? 'payment_run.approve' : 'payment_run.cancel'
  const factor = requireSecondFactor(reader, permission)
  if (!factor.ok) return err({ code: 'second_factor_required' })
  const access = await accessOf(app, reader)
  return transaction(app, actorFor(access, permission), async tx => {
    const run = await showRun(tx, reference)
    if (!run) return err({ code: 'run_unknown', run: reference })
    for (const { purpose } of run.groups) {
      const allowed = decideAccess(access.grants, permission, ordinary('', purpose), access.at)
      if (!allowed.ok) return err({ code: 'not_granted', why: allowed.refusal })
    }
    if (run.totals.contentHash !== answer.contentHash) return err({ code: 'content_changed' })
    if (answer.step === 'refuse' && answer.reason.trim() === '') return err({ code: 'reason_missing' })
    const done =
      answer.step === 'approve' ? await approveRun(tx, run.id) : await cancelRun(tx, run.id, answer.reason.trim())
    return done.ok ? ok(undefined) : done
  })
}

/** Proposals that wait for the reader, the reader's own, and those that are done, each once. */
async function readProposals(app: Database, country: Country, reader: SignedIn): Promise<readonly ProposalRow[]> {
  const access = await accessOf(app, reader)
  const found = new Map<string, Proposal>()
  const transfers = new Map<string, TransferRow>()
  for (const permission of new Set(proposalKindNames.map(kind => proposalKinds[kind].permission))) {
    const rows = await readWith(app, access, permission, (tx: Transaction) => listProposals(tx, permission, SHOWN))
    for (const row of rows) found.set(row.id, row)
  }
  for (const { id, kind } of found.values()) {
    const transfer = kind === 'recipient_transfer' ? await transferSeen(app, access, id) : undefined
    if (transfer) transfers.set(id, transfer)
  }
  const at = new Date(Math.max(access.at.getTime(), 0))
  return [...found.values()]
    .toSorted((one, other) => other.at.getTime() - one.at.getTime())
    .map(
      (row): ProposalRow => ({
        id: row.id,
        kind: row.kind,
        state: proposalState(row, at),
        own: row.by === `staff:${reader.id}`,
        content: SHOWN_APART.includes(row.kind) ? [] : contentShown(row.content),
        contentHash: row.contentHash,
        household: aboutHousehold(row),
        transfer: transfers.get(row.id),
        shock: row.kind === 'shock' ? shockProposed(country, row.content) : undefined,
        move: row.kind === 'programme_switch' ? switchProposed(country, row.content) : undefined,
        waiver: row.kind === 'condition_waiver' ? waiverProposed(country, row.content) : undefined,
        pair: row.kind === 'person_merge' ? pairOf(row.content) : undefined,
        territory: row.territory === '' ? [country.name] : placeOf(country, row.territory),
        says: row.says,
        at: row.at.toISOString(),
        byName: row.byName,
        expiresAt: row.expiresAt.toISOString(),
        steps: row.steps.map(step => ({ ...step, at: step.at.toISOString() })),
      }),
    )
}

/** Who is to receive, as the one who approves sees it, or the one who proposed it. */
async function transferSeen(app: Database, access: StaffAccess, id: ProposalId): Promise<TransferRow | undefined> {
  for (const permission of ['recipient.approve', 'enrolment.write'] as const) {
    const [transfer] = await readWith(app, access, permission, tx => transferRows(tx, { id }))
    if (transfer) return transfer
  }
  return undefined
}

const pageOfKind: Partial<Record<ProposalKind, 'programmes' | 'recipient' | 'overpaid'>> = {
  exceptional_decision: 'programmes',
  recipient_transfer: 'recipient',
  overpaid_settled: 'overpaid',
}

function aboutHousehold({ kind, files }: Proposal): ProposalRow['household'] {
  const [id] = files as Id<'Household'>[]
  const page = pageOfKind[kind]
  return id && page ? { id, page } : undefined
}

function pairOf(content: string): readonly [string, string] {
  const { kept, merged } = JSON.parse(content) as { kept: string; merged: string }
  return [kept, merged].sort() as [string, string]
}

/** Ids, and hashes of what was shown. */
const UNSHOWN = ['decision', 'grant', 'household', 'kept', 'merged', 'paper', 'person', 'seen', 'staff', 'transfer']

/** What is proposed, less the ids that stand in its hash alone and what is left open. */
function contentShown(content: string): ProposalRow['content'] {
  const said = JSON.parse(content) as Record<string, unknown>
  if (typeof said.amount === 'string' && typeof said.currency === 'string') {
    said.amount = moneyText(money(BigInt(said.amount), said.currency as Currency))
  }
  return Object.entries(said).flatMap(([name, value]) =>
    value === null || value === '' || UNSHOWN.includes(name)
      ? []
      : [
          {
            // Of an exception it is the amount of each month; of a settlement, all of it.
            name: name === 'amount' && said.settled ? 'sum' : name,
            value: typeof value === 'string' ? value : JSON.stringify(value),
          },
        ],
  )
}
