import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { type DateText, type Id, newId } from '#kernel'
import { type Role, recordGrant, registerStaff, type StaffId } from '#security'
import { testDatabase } from '../../test/database.ts'
import { codeOf, paymentTests, staff } from '../../test/payments.ts'
import { agreeToLimit, approveRun, listLimits, sayLimit } from './index.ts'

const databases = await testDatabase()
const { app, owner } = databases
const { owed, drafted } = await paymentTests(databases)
const [ana, ben] = [await person(), await person()]

/** A member of staff with roles over the whole country, given by the installation. */
async function person(...roles: readonly { role: Role; programme?: string; until?: Date }[]): Promise<StaffId> {
  const id = newId<'staff'>()
  await transaction(owner, workerActor('installation'), async tx => {
    await registerStaff(tx, { id, name: id })
    for (const each of roles) await recordGrant(tx, id, { id: newId(), ...each })
  })
  return id
}

const as = <Value>(id: string, work: Parameters<typeof transaction<Value>>[2]) => transaction(app, staff(id, ''), work)

async function limit(role: Role, amount: bigint, from: string, agreed = true): Promise<Id<'approval-limit'>> {
  const id = newId<'approval-limit'>()
  const said = { id, role, currency: 'MAD', amount, from: from as DateText } as const
  assert.ok((await as(ana, tx => sayLimit(tx, said))).ok)
  if (agreed) assert.ok((await as(ben, tx => agreeToLimit(tx, id))).ok)
  return id
}

/** A run of 50,000 units. */
const run = async () => (await drafted(await owed(1), 1_000_000n)).request.id
const approver = { role: 'payment_approver' } as const

test('without a limit a role approves any sum, and one that nobody else agreed to, or of a later day, is none', async () => {
  await limit('payment_approver', 0n, '2020-01-01', false)
  await limit('payment_approver', 0n, '2999-01-01')
  const id = await run()
  assert.equal(codeOf(await as(await person(approver), tx => approveRun(tx, id))), 'ok')
})

test('beyond the limit of their role nobody approves, and it is said who may', async () => {
  await limit('payment_approver', 49_999n, '2021-01-01')
  const id = await run()
  const low = await person(approver)
  assert.deepEqual(await as(low, tx => approveRun(tx, id)), {
    ok: false,
    refusal: { code: 'beyond_limit', currency: 'MAD', limit: 49_999n, asked: 50_000n, roles: ['payment_director'] },
  })
  await limit('payment_director', 50_000n, '2021-01-01')
  const both = await person(approver, { role: 'payment_director' })
  assert.equal(codeOf(await as(both, tx => approveRun(tx, id))), 'ok')
})

test('a higher role counts for its own programme, and until it ends', async () => {
  const id = await run()
  const elsewhere = await person(approver, { role: 'payment_director', programme: 'ma/elsewhere' })
  assert.equal(codeOf(await as(elsewhere, tx => approveRun(tx, id))), 'beyond_limit')
  const lapsed = await person(approver)
  await transaction(owner, workerActor('installation'), async tx => {
    await sql`insert into security.role_grant (id, staff_id, role, territory, sensitivity, valid_from, valid_to, granted_by)
      values (${newId()}, ${lapsed}, 'payment_director', '', 'ordinary', now() - interval '2 days', now() - interval '1 day', 'worker:x')`.execute(
      tx,
    )
  })
  assert.equal(codeOf(await as(lapsed, tx => approveRun(tx, id))), 'beyond_limit')
})

test('the database refuses an approval beyond the limit, whoever writes it', async () => {
  const id = await run()
  const low = await person(approver)
  const past = as(low, tx =>
    sql`insert into payments.run_event (run_id, state, instructions, amount, content_hash)
      select run_id, 'approved', instructions, amount, content_hash from payments.run_event where run_id = ${id}`.execute(
      tx,
    ),
  )
  await assert.rejects(past, /approval_limit|beyond the limit/)
})

test('the latest day wins, whatever was said first', async () => {
  await limit('payment_approver', 90_000n, '2022-01-01')
  await limit('payment_approver', 1n, '2020-06-01')
  const id = await run()
  assert.equal(codeOf(await as(await person(approver), tx => approveRun(tx, id))), 'ok')
})

test('a limit takes two persons, is kept as it was said, and is for roles that approve', async () => {
  const id = await limit('payment_director', 7n, '2999-01-01', false)
  assert.equal(codeOf(await as(ana, tx => agreeToLimit(tx, id))), 'limit_is_own')
  assert.equal(codeOf(await as(ben, tx => agreeToLimit(tx, newId()))), 'limit_unknown')
  const own = as(ana, tx => sql`insert into payments.approval_limit_agreed (limit_id) values (${id})`.execute(tx))
  await assert.rejects(own, /said by one person and agreed to by another/)
  await assert.rejects(
    transaction(owner, workerActor('owner'), tx => sql`update payments.approval_limit set amount = 8`.execute(tx)),
  )
  const desk = {
    id: newId<'approval-limit'>(),
    role: 'desk_agent',
    currency: 'MAD',
    amount: 1n,
    from: '2026-01-01' as DateText,
  } as const
  assert.equal(codeOf(await as(ana, tx => sayLimit(tx, desk))), 'role_approves_nothing')
  const said = await as(ben, listLimits)
  assert.equal(said.find(one => one.id === id)?.agreed, false)
})
