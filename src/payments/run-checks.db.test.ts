import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type DateText, newId } from '#kernel'
import { testDatabase } from '../../test/database.ts'
import { codeOf, paymentTests, requestFor, ways } from '../../test/payments.ts'
import {
  approveRun,
  decideWaiting,
  type EntitlementLine,
  type LeftOutReason,
  leastChecks,
  markRunSent,
  prepareRun,
  type RunChecks,
  recordPayeeAccounts,
} from './index.ts'

const databases = await testDatabase()
const { make, check, owed, openLine, fileOf } = await paymentTests(databases)

/** Payees who are all paid in cash, so that no account is shared. */
const cash = async (count: number, change: (index: number) => Partial<EntitlementLine> = () => ({})) => {
  const lines = await owed(count, change)
  const accounts = lines.map(({ payeeId, territory }) => ({
    id: newId<'payee-account'>(),
    payeeId,
    territory,
    validFrom: '2026-02-01' as DateText,
    ...ways[2],
  }))
  assert.ok((await make(tx => recordPayeeAccounts(tx, accounts))).ok)
  return lines
}

async function run(lines: readonly EntitlementLine[], checks: Partial<RunChecks>) {
  const request = requestFor(await openLine(1_000_000_000n))
  const answer = await make(tx => prepareRun(tx, request, { lines }, { ...leastChecks, ...checks }))
  assert.ok(answer.ok, codeOf(answer))
  return { id: request.id, leftOut: answer.value.leftOut, instructions: answer.value.run.totals.instructions }
}

async function sent(lines: readonly EntitlementLine[]) {
  const { id } = await run(lines, {})
  assert.equal(codeOf(await check(tx => approveRun(tx, id))), 'ok')
  await fileOf(id)
  assert.equal(codeOf(await check(tx => markRunSent(tx, id))), 'ok')
}

const ofNextMonth = (
  lines: readonly EntitlementLine[],
  change: (at: number) => Partial<EntitlementLine> = () => ({}),
) => lines.map((line, at) => ({ ...line, entitlementId: newId(), period: '2027-01', ...change(at) }))

const named = (ids: readonly string[]) => sql`select * from unnest(${ids}::uuid[]) as named (payee_id)`

test('who died waits, and nobody may decide otherwise', async () => {
  const lines = await cash(2)
  const { leftOut, instructions } = await run(lines, { dead: named([lines[0]!.payeeId]) })
  assert.deepEqual([leftOut, instructions], [{ payee_dead: 1 }, 1])
  const decided = await make(tx =>
    decideWaiting(tx, { entitlement: lines[0]!.entitlementId, decision: 'pay', reason: 'he is not' }),
  )
  assert.equal(codeOf(decided), 'not_for_a_decision')
})

test('of two files of one person, the one that stands is paid; of two that another stands for, one', async () => {
  const [kept, merged, a, b, other] = await cash(5)
  const elsewhere = newId()
  const samePersons = sql`select * from unnest(
    ${[merged!, a!, b!].map(line => line.payeeId)}::uuid[],
    ${[kept!.payeeId, elsewhere, elsewhere]}::uuid[]) as same (payee_id, same_as)`
  const { leftOut, instructions } = await run([kept!, merged!, a!, b!, other!], { samePersons })
  assert.deepEqual([leftOut, instructions], [{ same_person: 2 }, 3])
})

test('a file that was paid already goes before the one that stands', async () => {
  const [kept, merged] = await cash(2)
  await sent([merged!])
  const samePersons = sql`select ${merged!.payeeId}::uuid as payee_id, ${kept!.payeeId}::uuid as same_as`
  const request = requestFor(await openLine(1_000_000n))
  const answer = await make(tx => prepareRun(tx, request, { lines: [kept!, merged!] }, { ...leastChecks, samePersons }))
  assert.deepEqual(!answer.ok && answer.refusal.code === 'nothing_to_pay' && answer.refusal.leftOut, { same_person: 1 })
})

test('payees who share an account wait, and a person may answer for one of them', async () => {
  const lines = await owed(3)
  const shared = lines.slice(0, 2).map(({ payeeId, territory }) => ({
    id: newId<'payee-account'>(),
    payeeId,
    territory,
    validFrom: '2026-02-01' as DateText,
    ...ways[0],
  }))
  assert.ok((await make(tx => recordPayeeAccounts(tx, shared))).ok)
  const { id, leftOut } = await run(lines, { sharedAccounts: true })
  assert.deepEqual(leftOut, { account_shared: 2 })
  assert.ok(id)
  const [first] = lines
  const decide = () =>
    make(tx => decideWaiting(tx, { entitlement: first!.entitlementId, decision: 'pay', reason: 'husband and wife' }))
  assert.equal(codeOf(await decide()), 'ok')
  assert.equal(codeOf(await decide()), 'decided_already')
  assert.deepEqual((await run(lines, { sharedAccounts: true })).leftOut, { account_shared: 1 })
})

test('an account that replaced the one last paid waits its days, the first account of a payee does not', async () => {
  const lines = await cash(2)
  await sent([lines[0]!])
  const validFrom = '2026-11-29' as DateText
  const changed = lines.map(({ payeeId, territory }, at) => ({
    id: newId<'payee-account'>(),
    payeeId,
    territory,
    validFrom,
    ...ways[1],
    number: `+21260000010${at}`,
  }))
  assert.ok((await make(tx => recordPayeeAccounts(tx, changed))).ok)
  const next = ofNextMonth(lines)
  assert.deepEqual((await run(next, { coolingDays: 7 })).leftOut, { account_just_changed: 1 })
  assert.deepEqual((await run(ofNextMonth(lines), { coolingDays: 1 })).leftOut, {})
})

test('an amount far above what was paid waits; who was never paid is held to what others were', async () => {
  const lines = await cash(3, () => ({ amount: 50_000n, purpose: 'ma/unusual' }))
  await sent(lines.slice(0, 2))
  const next = ofNextMonth(lines, at => ({ amount: [250_000n, 250_001n, 250_001n][at]! }))
  assert.deepEqual((await run(next, { amountTimes: 5 })).leftOut, { amount_unusual: 2 })
})

test('the sanctions list names who waits', async () => {
  const lines = await cash(2)
  const sanctions = { name: 'a list', named: named([lines[1]!.payeeId]) }
  assert.deepEqual((await run(lines, { sanctions })).leftOut, { sanctions: 1 } satisfies Partial<
    Record<LeftOutReason, number>
  >)
})

test('who has nobody to receive is seen to wait', async () => {
  const [line] = await cash(1)
  const { entitlementId, payeeId } = line!
  const request = requestFor(await openLine(1_000_000n))
  const select = sql`
    select ${entitlementId}::uuid as entitlement_id, ${payeeId}::uuid as payee_id, 'Fatima' as payee_name, '08.' as territory,
      'ma/asd' as purpose, '2026-12' as period, 50000::bigint as amount
    union all select ${newId()}::uuid, null, null, '08.', 'ma/asd', '2026-12', 50000`
  const answer = await make(tx => prepareRun(tx, request, { select }))
  assert.deepEqual(answer.ok && answer.value.leftOut, { no_recipient: 1 })
})
