// Who receives for a household, against the real database: two persons, the death of who receives, and what declarations and files leave alone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type Transaction, transaction, workerActor } from '#db'
import {
  answerTransfer,
  currentRecipient,
  type EventTerms,
  householdsWithoutRecipient,
  type IncomingHousehold,
  proposeTransfer,
  recordEvent,
  registerHouseholds,
  type TransferAsked,
  transfersOf,
} from '#households'
import { type DateText, type Id, newId } from '#kernel'
import {
  actorFor,
  findProposal,
  findStaffAccess,
  type Permission,
  type ProposalId,
  recordGrant,
  registerStaff,
  type StaffId,
  serveCountry,
} from '#security'
import { testDatabase } from '../../../test/database.ts'

const databases = await testDatabase()
const { app, owner, worker } = databases
const country = openCountry('ma')
const day = (text: string) => text as DateText
const asking = <Value>(work: Parameters<typeof transaction<Value>>[2]) => transaction(worker, workerActor('test'), work)
await serveCountry(owner, 'ma')
const { rows: clock } = await asking(tx =>
  sql<{ today: DateText }>`select (now() at time zone ${country.timeZone})::date as today`.execute(tx),
)
const TODAY = clock[0]!.today
/** By the clock of the database and by that of the country. */
const BEGINS = Temporal.PlainDate.from(TODAY).subtract({ days: 1 }).toString() as DateText
const later = (days: number) => Temporal.PlainDate.from(TODAY).add({ days }).toString() as DateText

async function officer(name: string, role: 'desk_agent' | 'territory_supervisor', territory = ''): Promise<StaffId> {
  const id = newId<'staff'>()
  await asking(async tx => {
    await registerStaff(tx, { id, name })
    await recordGrant(tx, id, { id: newId<'grant'>(), role, territory })
  })
  return id
}
const [salma, colleague, karim, elsewhere] = [
  await officer('Salma', 'desk_agent'),
  await officer('Hind', 'desk_agent'),
  await officer('Karim', 'territory_supervisor'),
  await officer('Ali', 'territory_supervisor', '08'),
]
const as = async <Value>(
  id: StaffId,
  work: (tx: Transaction) => Promise<Value>,
  permission: Permission = 'enrolment.write',
) => transaction(app, actorFor((await findStaffAccess(app, id))!, permission), work)

const provenance = { country: 'ma', source: 'test', channel: 'import', actor: 'test', modelled: false } as const
const said = (sourceId: string, rooms = 2): IncomingHousehold => ({
  sourceId,
  territory: '07.351',
  facts: { territory: '07.351', area: 'rural', rooms },
  members: [
    {
      sourceId: '1',
      givenName: 'Idir',
      facts: { relation: 'head', sex: 'male', birth_date: '1980-01-01', marital_status: 'married' },
    },
    {
      sourceId: '2',
      givenName: 'Tuda',
      facts: { relation: 'spouse', sex: 'female', birth_date: '1984-01-01', marital_status: 'married' },
    },
    {
      sourceId: '3',
      givenName: 'Izza',
      facts: { relation: 'child', sex: 'female', birth_date: '2012-01-01', marital_status: 'single' },
    },
  ],
})
const register = (household: IncomingHousehold, on = '2026-01-01') =>
  asking(tx =>
    registerHouseholds(tx, { ...provenance, effectiveOn: day(on), head: { fact: 'relation', code: 'head' } }, [
      household,
    ]),
  )

let families = 0
async function family() {
  const sourceId = `r${++families}`
  await register(said(sourceId))
  return asking(async tx => {
    const { rows } = await sql<{ household: Id<'Household'>; person: Id<'Person'> }>`
      select household_id as household, person_id as person from households.membership
        join households.household on household.id = household_id
      where household.source_id = ${sourceId} order by membership.source_id`.execute(tx)
    const [idir, tuda, izza] = rows.map(row => row.person) as [Id<'Person'>, Id<'Person'>, Id<'Person'>]
    return { household: rows[0]!.household, sourceId, idir, tuda, izza }
  })
}

const dies = (household: Id<'Household'>, person: Id<'Person'>, successor: Id<'Person'> | null) =>
  as(
    salma,
    tx =>
      recordEvent(
        tx,
        country,
        {
          id: newId(),
          household,
          on: day('2026-06-10'),
          says: '',
          ...({ kind: 'death', person, successor, relations: {} } satisfies EventTerms),
        },
        { today: TODAY, channel: 'desk' },
      ),
    'household.write',
  )

const askedFor = (
  household: Id<'Household'>,
  person: Id<'Person'>,
  change: Partial<TransferAsked> = {},
): TransferAsked => ({
  id: newId<'Proposal'>(),
  household,
  person,
  capacity: 'guardian',
  proof: { kind: 'court_decision', number: '12/2026' },
  paper: null,
  reason: 'recipient_died',
  says: 'Ordonnance du juge des tutelles',
  from: BEGINS,
  until: null,
  ...change,
})
const propose = (asked: TransferAsked, by = salma) => as(by, tx => proposeTransfer(tx, country, asked, TODAY))
const answer = (
  id: ProposalId,
  by = karim,
  step: 'approved' | 'refused' = 'approved',
  secondFactorAt: Date | null = new Date(),
) =>
  as(
    by,
    async tx => {
      const contentHash = (await findProposal(tx, id))?.contentHash ?? ''
      const asked = { step, reason: 'vu', contentHash, secondFactorAt, today: TODAY }
      return answerTransfer(tx, country, by, id, asked)
    },
    'recipient.approve',
  )
const receives = (household: Id<'Household'>) => asking(tx => currentRecipient(tx, household))
const waits = (household: Id<'Household'>) =>
  asking(tx => householdsWithoutRecipient(tx, { country: 'ma', limit: 10, household }))
const told = (id: ProposalId) =>
  asking(async tx => {
    const { rows } = await sql<{ person: string }>`
      select person_id as person from messaging.message where key like ${`recipient_changed ${id} %`} order by 1`.execute(
      tx,
    )
    return rows.map(row => row.person)
  })

test('who receives dies: nobody takes the place by a program, the household waits, until two persons name another', async () => {
  const { household, idir, tuda } = await family()
  assert.ok((await dies(household, idir, tuda)).ok)
  assert.equal((await receives(household))?.person, idir)
  assert.equal((await receives(household))?.diedOn, '2026-06-10')
  const [waiting] = await waits(household)
  assert.deepEqual([waiting?.person, waiting?.proposed], [idir, false])
  const asked = askedFor(household, tuda, { capacity: 'head', proof: null })
  assert.deepEqual(await propose(asked), { ok: true, value: 'proposed' })
  assert.deepEqual(await propose(asked), { ok: true, value: 'proposed_before' })
  assert.equal((await waits(household))[0]?.proposed, true)
  assert.equal((await receives(household))?.person, idir, 'a proposal changes nothing')
  const own = await answer(asked.id, salma)
  assert.equal(!own.ok && own.refusal.code, 'own_proposal')
  assert.deepEqual(await answer(asked.id), { ok: true, value: undefined })
  const now = await receives(household)
  assert.deepEqual([now?.person, now?.capacity, now?.since, now?.diedOn], [tuda, 'head', BEGINS, null])
  assert.deepEqual(await waits(household), [])
  assert.deepEqual(await told(asked.id), [tuda], 'the adults who live are told, the child is not')
  const [kept] = await asking(tx => transfersOf(tx, { household }))
  assert.ok(kept?.decidedAt && kept.decidedBy === `staff:${karim}` && kept.askedBy === `staff:${salma}`)
})

test('somebody else of the register receives as guardian, and neither a declaration by file nor an event of others undoes it', async () => {
  const { household, sourceId, idir, tuda } = await family()
  const other = await family()
  const asked = askedFor(household, other.tuda, { reason: 'recipient_unable' })
  assert.ok((await propose(asked)).ok)
  assert.ok((await answer(asked.id)).ok)
  assert.equal((await receives(household))?.person, other.tuda)
  assert.deepEqual(await told(asked.id), [idir, tuda, other.tuda].sort(), 'both adults and the guardian')
  await register(said(sourceId, 3), '2026-02-01')
  assert.equal((await receives(household))?.person, other.tuda)
  assert.ok((await dies(household, idir, tuda)).ok)
  assert.equal((await receives(household))?.person, other.tuda)
  assert.deepEqual(await waits(household), [])
})

test('a proxy receives until the last day; then whoever received before does again', async () => {
  const { household, idir, tuda } = await family()
  const asked = askedFor(household, tuda, {
    capacity: 'proxy',
    proof: { kind: 'signed_proxy', number: '7' },
    reason: 'recipient_absent',
    until: later(30),
  })
  assert.ok((await propose(asked)).ok)
  assert.ok((await answer(asked.id)).ok)
  assert.equal((await receives(household))?.person, tuda)
  // The same household, had the proxy been for days that are over.
  await asking(async tx => {
    const { rows } = await sql<{ person: string }>`
      select person_id as person from households.recipient
      where household_id = ${household} and (until_on is null or until_on >= ${later(31)}::date)
      order by effective_on desc, recorded_at desc limit 1`.execute(tx)
    assert.equal(rows[0]!.person, idir)
  })
})

test('what changed meanwhile is seen at the approval: the person died, and nothing is recorded', async () => {
  const { household, idir, tuda } = await family()
  const asked = askedFor(household, tuda, { capacity: 'spouse', proof: null })
  assert.ok((await propose(asked)).ok)
  assert.ok((await dies(household, tuda, null)).ok)
  const refused = await answer(asked.id)
  assert.equal(!refused.ok && refused.refusal.code, 'person_dead')
  assert.equal((await receives(household))?.person, idir)
  assert.ok((await answer(asked.id, karim, 'refused')).ok)
  assert.equal((await asking(tx => transfersOf(tx, { household })))[0]!.decidedAt, null)
})

test('a supervisor of the territory approves, after a second step; no desk agent does, and elsewhere nobody knows of it', async () => {
  const { household, idir, tuda } = await family()
  const asked = askedFor(household, tuda)
  assert.ok((await propose(asked)).ok)
  const codeOf = async (answered: ReturnType<typeof answer>) => {
    const said = await answered
    return said.ok ? 'ok' : said.refusal.code
  }
  assert.equal(await codeOf(answer(asked.id, elsewhere)), 'proposal_unknown')
  assert.equal(await codeOf(answer(asked.id, salma)), 'own_proposal')
  assert.equal(await codeOf(answer(asked.id, colleague)), 'proposal_unknown')
  const seen = await as(karim, tx => findProposal(tx, asked.id), 'recipient.approve')
  const byColleague = { step: 'approved', reason: '', contentHash: seen!.contentHash, secondFactorAt: new Date(), today: TODAY } as const // biome-ignore format: one line
  const refused = await as(colleague, tx => answerTransfer(tx, country, colleague, asked.id, byColleague))
  assert.equal(
    !refused.ok && refused.refusal.code,
    'not_granted',
    'who sees it by another permission does not approve it',
  )
  assert.equal(await codeOf(answer(asked.id, karim, 'approved', null)), 'second_factor_missing')
  assert.equal((await receives(household))?.person, idir)
  assert.equal(await codeOf(answer(asked.id, karim)), 'ok')
  assert.equal((await receives(household))?.person, tuda)
})

test('nobody writes one alone: the table takes what two persons decided, and who sees the household proposes', async () => {
  const { household, tuda } = await family()
  const asked = askedFor(household, tuda)
  const unseen = await propose(asked, elsewhere)
  assert.equal(!unseen.ok && unseen.refusal.code, 'household_unknown')
  assert.ok((await propose(asked)).ok)
  await assert.rejects(
    as(salma, tx =>
      sql`insert into households.recipient (household_id, id, person_id, effective_on, actor, transfer_id, capacity)
        values (${household}, ${newId()}, ${tuda}, ${BEGINS}, 'x', ${asked.id}, 'guardian')`.execute(tx),
    ),
    /one person proposed and another approved/,
  )
  for (const done of [
    "update households.recipient_transfer set capacity = 'tutor'",
    'truncate households.recipient_transfer',
  ]) {
    await assert.rejects(
      transaction(owner, workerActor('test'), tx => sql.raw(done).execute(tx)),
      /refused|append-only|written once|cannot/i,
    )
  }
})
