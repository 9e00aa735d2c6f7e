// Holders of RAMED cards move into AMO-Tadamon: previewed, approved by another, carried out by processes of which one is killed,
// and taken back.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import { registerHouseholds } from '#households'
import { type DateText, type Month, newId } from '#kernel'
import {
  answerSwitch,
  findSwitch,
  proposeReversal,
  proposeSwitch,
  resumeSwitch,
  runSwitch,
  type SwitchAsked,
  type SwitchId,
} from '#programmes'
import { findProposal, findStaffActor, type ProposalId, recordGrant, registerStaff, type StaffId } from '#security'
import { testDatabase } from '../../../test/database.ts'
import { lockWaiters } from '../../../test/lock-waiters.ts'

const databases = await testDatabase()
const { app, worker } = databases
const folder = mkdtempSync(join(tmpdir(), 'socle-switch-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const country = openCountry('ma')
const actor = workerActor('test')
const TODAY = '2022-11-25' as DateText
const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

await transaction(worker, actor, tx =>
  registerHouseholds(
    tx,
    {
      country: 'ma',
      source: 'test',
      channel: 'import',
      actor: 'test',
      effectiveOn: '2022-01-01' as DateText,
      modelled: false,
      head: country.catalogue.head,
    },
    Array.from({ length: 90 }, (_, at) => ({
      sourceId: `H${at}`,
      territory: at % 2 ? '07.351' : '09.001',
      facts: { territory: at % 2 ? '07.351' : '09.001', ...(at < 80 && { ramed_card_until: '2023-06-30' }) },
      recipient: '1',
      members: [
        { sourceId: '1', givenName: `G${at}`, facts: { relation: 'head', sex: 'female', birth_date: '1980-02-03' } },
      ],
    })),
  ),
)

async function staff(name: string): Promise<StaffId> {
  const id = newId<'staff'>() as StaffId
  await transaction(worker, actor, async tx => {
    await registerStaff(tx, { id, name })
    await recordGrant(tx, id, { id: newId(), role: 'programme_manager' } as never)
  })
  return id
}
const [one, other] = [await staff('One'), await staff('Other')]

async function acting<Value>(id: StaffId, work: Parameters<typeof transaction<Value>>[2]): Promise<Value> {
  const manager = await findStaffActor(app, id, 'programme.change')
  assert.ok(manager)
  return transaction(app, manager, work)
}

const terms: SwitchAsked = {
  id: newId() as string as ProposalId,
  from: { fact: 'ramed_card_until', on: '2022-11-30' as DateText },
  to: 'ma/amo-tadamon',
  month: '2022-12' as Month,
  windowUntil: '2022-12-31' as DateText,
  tells: true,
  says: 'RAMED ends.',
}

async function approve(id: ProposalId, today = TODAY) {
  const proposal = await acting(other, tx => findProposal(tx, id))
  const answer = {
    step: 'approved',
    contentHash: proposal!.contentHash,
    reason: '',
    secondFactorAt: new Date(),
  } as const
  return acting(other, tx => answerSwitch(tx, other, id, answer, today))
}

const count = async (query: ReturnType<typeof sql<{ n: number }>>) =>
  (await transaction(worker, actor, tx => query.execute(tx))).rows[0]!.n
const enrolled = () =>
  count(sql`select count(*)::int as n from programmes.enrolment where pack = 'ma/amo-tadamon' and state = 'enrolled'`)
const messages = () => count(sql`select count(*)::int as n from messaging.message`)
const events = () => count(sql`select count(*)::int as n from programmes.enrolment_event`)

test('what cannot be proposed says why', async () => {
  const cases: readonly [Partial<SwitchAsked>, string][] = [
    [{ to: 'ma/none' }, 'programme_without_terms'],
    [{ from: { pack: terms.to } }, 'same_programme'],
    [{ from: { fact: 'rooms', on: TODAY } }, 'fact_unknown'],
    [{ month: '2022-11' as Month }, 'not_open_yet'],
    [{ windowUntil: '2022-11-01' as DateText }, 'window_over'],
    [{ says: ' ' }, 'reason_missing'],
    [{ from: { fact: 'ramed_card_until', on: '2030-01-01' as DateText } }, 'nobody_to_move'],
  ]
  for (const [change, code] of cases) {
    const refused = await acting(one, tx => proposeSwitch(tx, country, { ...terms, ...change }, TODAY))
    assert.equal(refused.ok ? '' : refused.refusal.code, code)
  }
})

test('a move is previewed by region, and nobody approves what they propose or without a second factor', async () => {
  const proposed = await acting(one, tx => proposeSwitch(tx, country, terms, TODAY))
  assert.ok(proposed.ok)
  const { covered, movable, cannot, regions, sample } = proposed.value
  assert.deepEqual([covered, movable, sample.length], [80, 80, 10])
  assert.deepEqual(cannot, { already_in: 0, not_cumulable: 0, no_place: 0 })
  assert.deepEqual(regions, [
    { territory: '07', households: 40 },
    { territory: '09', households: 40 },
  ])
  const proposal = await acting(other, tx => findProposal(tx, terms.id))
  const answer = { step: 'approved', contentHash: proposal!.contentHash, reason: '', secondFactorAt: null } as const
  const refused = await acting(other, tx => answerSwitch(tx, other, terms.id, answer, TODAY))
  assert.equal(refused.ok ? '' : refused.refusal.code, 'second_factor_missing')
  const own = await acting(one, tx => answerSwitch(tx, one, terms.id, { ...answer, secondFactorAt: new Date() }, TODAY))
  assert.equal(own.ok ? '' : own.refusal.code, 'own_proposal')
  assert.ok((await approve(terms.id)).ok)
})

function moving(id: string) {
  const { urls } = databases
  const env = {
    DATABASE_URL: urls.owner,
    DATABASE_WORKER_URL: urls.worker,
    DATABASE_APP_URL: urls.app,
    SOCLE_DATA: folder,
  }
  const child = spawn(process.execPath, [main, 'switch', 'run', id, '--country', 'ma'], { env })
  child.stdout.resume()
  child.stderr.resume()
  return { child, ended: once(child, 'exit') }
}

test('a process killed in the middle of a range leaves nothing of it; others end the move, each household once and told once', async () => {
  const id = terms.id as string as SwitchId
  // Ranges of ten; whoever writes a message waits here, in the middle of its range, until it is killed.
  let ranges = 0
  const stop = new AbortController()
  const early = runSwitch(worker, country, id, {
    size: 10,
    signal: stop.signal,
    onRange: () => {
      if (++ranges === 2) stop.abort()
    },
  })
  await assert.rejects(early)
  assert.deepEqual([await enrolled(), await messages()], [20, 20])
  const holding = transaction(databases.owner, actor, async tx => {
    await sql`lock table messaging.message in exclusive mode`.execute(tx)
    const { child, ended } = moving(id)
    for (let tries = 0; tries < 20_000; tries++) {
      if ((await lockWaiters(tx, { table: 'messaging.message' })) > 0) break
    }
    child.kill('SIGKILL')
    await ended
  })
  await holding
  assert.deepEqual([await enrolled(), await messages()], [20, 20])
  const both = await Promise.all([runSwitch(worker, country, id), runSwitch(worker, country, id)])
  assert.ok(both.every(each => each.ok))
  assert.deepEqual([await enrolled(), await messages(), await events()], [80, 80, 80])
  const again = await runSwitch(worker, country, id)
  assert.ok(again.ok && again.value.finishedAt !== null)
  assert.deepEqual([again.value.counts, again.value.told, await events()], [{ enrolled: 80 }, 80, 80])
  const resumed = await acting(one, tx => resumeSwitch(tx, country, id))
  assert.equal(resumed.ok ? '' : resumed.refusal.code, 'finished_already')
})

test('within its window the move is taken back by a move of its own, and only once', async () => {
  const asked = {
    id: newId() as string as ProposalId,
    reverses: terms.id as string as SwitchId,
    says: 'The list was wrong.',
  }
  const late = await acting(one, tx => proposeReversal(tx, country, asked, '2023-01-01' as DateText))
  assert.equal(late.ok ? '' : late.refusal.code, 'window_over')
  assert.ok((await acting(one, tx => proposeReversal(tx, country, asked, TODAY))).ok)
  const over = await approve(asked.id, '2023-01-01' as DateText)
  assert.equal(over.ok ? '' : over.refusal.code, 'window_over')
  assert.ok((await approve(asked.id)).ok)
  const back = await runSwitch(worker, country, asked.id as string as SwitchId)
  assert.ok(back.ok)
  assert.deepEqual([back.value.counts, await enrolled()], [{ exited: 80 }, 0])
  const found = await transaction(worker, actor, tx => findSwitch(tx, asked.id as string as SwitchId))
  assert.deepEqual([found!.rangesDone, found!.ranges], [8, 8])
  const twice = { ...asked, id: newId() as string as ProposalId, reverses: asked.id as string as SwitchId }
  const refused = await acting(one, tx => proposeReversal(tx, country, twice, TODAY))
  assert.equal(refused.ok ? '' : refused.refusal.code, 'reversal_itself')
  const once = await acting(one, tx =>
    proposeReversal(tx, country, { ...twice, reverses: terms.id as string as SwitchId }, TODAY),
  )
  assert.equal(once.ok ? '' : once.refusal.code, 'reversed_before')
})
