// How each provider is paid through, as the page says it: by ports, by two persons; and what waits for a port that is gone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { transaction, workerActor } from '#db'
import { type DateText, newId } from '#kernel'
import { approveRun, type ProviderPorts, readProviderSettings, recordPayeeAccounts } from '#payments'
import { type Role, recordGrant, registerStaff, type SignedIn } from '#security'
import { testDatabase } from '../../../test/database.ts'
import { paymentTests } from '../../../test/payments.ts'
import { wayDoor } from './ways.ts'

const databases = await testDatabase()
const { app, worker } = databases
const { make, check, owed, drafted, fileOf } = await paymentTests(databases)

const named = readProviderSettings(
  'points: { adapter: http, url: "http://127.0.0.1:1/secret/path", secret: "a secret of the tests, long enough" }',
)
assert.ok(named.ok)
const none: ProviderPorts = new Map()
const doorBy = (ports: ProviderPorts) => wayDoor({ app, worker, ports })

async function member(name: string, role: Role, territory = ''): Promise<SignedIn> {
  const id = newId<'staff'>()
  await transaction(worker, workerActor('test'), async tx => {
    await registerStaff(tx, { id, name })
    await recordGrant(tx, id, { id: newId(), role, territory })
  })
  const secondFactorAt = new Date().toISOString()
  return { id, name, email: `${name}@example.org`, session: newId<'session'>(), secondFactor: true, secondFactorAt }
}
const [naima, brahim, auditor] = [
  await member('Naima', 'payment_preparer'),
  await member('Brahim', 'payment_preparer'),
  await member('Zahra', 'auditor'),
]
const local = await member('Hassan', 'payment_preparer', '08')
const pointsBy = async (ports: ProviderPorts) => {
  const page = await doorBy(ports).ways(naima)
  return page!.rows.find(({ code }) => code === 'points')!
}
const answered = (answer: { ok: true } | { ok: false; refusal: { code: string } }) =>
  answer.ok ? 'ok' : answer.refusal.code

/** A run of three payees of cash, approved. */
async function approved(): Promise<string & Parameters<typeof fileOf>[0]> {
  const lines = await owed(3)
  const accounts = lines.map(({ payeeId, territory }) => {
    const terms = { kind: 'cash', provider: 'points', number: '', validFrom: '2026-02-01' as DateText } as const
    return { id: newId<'payee-account'>(), payeeId, territory, ...terms }
  })
  assert.ok((await make(tx => recordPayeeAccounts(tx, accounts))).ok)
  const { request } = await drafted(lines, 1_000_000_000n)
  await check(tx => approveRun(tx, request.id))
  return request.id
}

test('a part that waits for a port is on the page until the settings name it; of an address the host alone', async () => {
  const run = await approved()
  assert.equal((await pointsBy(none)).cash?.runs.length, 1, 'its file is not made: another way would reach it')
  await fileOf(run, '03', undefined, named.value)
  assert.equal((await pointsBy(none)).cash?.runs.length, 0)
  const wired = await pointsBy(named.value)
  assert.deepEqual([wired.leavesBy, wired.host], ['wire', '127.0.0.1:1'])
  assert.doesNotMatch(JSON.stringify(await doorBy(named.value).ways(naima)), /secret/)
  assert.deepEqual((await doorBy(named.value).ways(naima))?.stranded, [])
  const [stranded] = (await doorBy(none).ways(naima))!.stranded
  assert.deepEqual(
    [stranded?.provider, stranded?.way, stranded?.left, stranded?.instructions],
    ['points', 'wire', false, 3],
  )
})

test('a way is said by one, agreed to by another with a second factor, and shown with both names', async () => {
  const doors = doorBy(named.value)
  const said = { id: newId<'cash-way'>(), provider: 'points', way: 'counter' }
  const bare = (reader: SignedIn) => ({ ...reader, secondFactorAt: undefined })
  assert.equal(answered(await doors.sayWay(auditor, said)), 'not_granted')
  assert.equal(answered(await doors.sayWay(local, said)), 'not_granted', 'the budget is the whole country’s')
  assert.equal(answered(await doors.sayWay(bare(naima), said)), 'second_factor_required')
  assert.equal(answered(await doors.sayWay(naima, { ...said, way: 'both' })), 'way_unknown')
  assert.equal(answered(await doors.sayWay(naima, said)), 'ok')
  assert.equal(answered(await doors.agreeToWay(naima, said.id)), 'way_is_own')
  assert.equal(answered(await doors.agreeToWay(bare(brahim), said.id)), 'second_factor_required')
  assert.equal(answered(await doors.agreeToWay(brahim, 'none')), 'way_unknown')
  const waiting = (await pointsBy(named.value)).cash?.waiting
  assert.deepEqual([waiting?.way, waiting?.own, waiting?.by], ['counter', true, 'Naima'])
  assert.equal(answered(await doors.agreeToWay(brahim, said.id)), 'ok')
  const { leavesBy, cash } = await pointsBy(named.value)
  assert.deepEqual(
    [leavesBy, cash?.way, cash?.standing?.saidBy, cash?.standing?.agreedBy, cash?.waiting],
    ['counter', 'counter', 'Naima', 'Brahim', undefined],
  )
  assert.equal(answered(await doors.withdrawWay(brahim, said.id)), 'way_agreed')
  assert.equal((await doors.ways(auditor))?.maySay, false)
  assert.equal(await doors.ways(local), undefined)
})
