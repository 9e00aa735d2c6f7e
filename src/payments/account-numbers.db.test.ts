// Numbers of accounts at rest: nobody who has the database alone reads one, moves one, or loses one in a rotation.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Transaction, transaction, workerActor } from '#db'
import { type DateText, newId } from '#kernel'
import {
  accountsWithNumber,
  type PayeeAccount,
  payeeAccountsOf,
  recordPayeeAccounts,
  recordPayeeAccountsFrom,
  resealNumbers,
} from '#payments'
import { forgetColumnKeys, keepColumnKeys, rotateColumnKeys, wrappingKey } from '#security'
import { TEST_WRAPPING, testDatabase } from '../../test/database.ts'
import { day, paymentTests, ways } from '../../test/payments.ts'

const databases = await testDatabase()
const { make } = await paymentTests(databases)
const asOwner = <Value>(work: (tx: Transaction) => Promise<Value>) =>
  transaction(databases.owner, workerActor('test'), work)
const rib = '011519000001205000534921'
const iban = `MA64${rib}`

const account = (change: Partial<PayeeAccount> = {}): PayeeAccount => ({
  id: newId(),
  payeeId: newId(),
  territory: '08.',
  validFrom: '2026-01-01' as DateText,
  ...ways[0],
  ...change,
})

async function tableText(): Promise<string> {
  return asOwner(async tx => {
    const { rows } = await sql<{ text: string }>`
      select string_agg(a::text, E'\n') as text from payments.payee_account a`.execute(tx)
    return rows[0]!.text
  })
}

test('the table holds no number, and pages need none: the last four characters stand beside', async () => {
  const one = account()
  assert.ok((await make(tx => recordPayeeAccounts(tx, [one, account(ways[1]), account(ways[2])]))).ok)
  const text = await tableText()
  assert.ok(!text.includes(rib) && !text.includes('212600000001'), text)
  assert.ok(text.includes('4921'))
  const [read] = await make(tx => payeeAccountsOf(tx, [one.payeeId], day))
  assert.equal(read?.number, iban)
})

test('accounts that share a number are found without opening any', async () => {
  const [one, two] = [
    account({ number: 'FR7630006000011234567890189' }),
    account({ number: 'FR7630006000011234567890189' }),
  ]
  assert.ok((await make(tx => recordPayeeAccounts(tx, [one, two]))).ok)
  const found = await make(tx => accountsWithNumber(tx, 'FR7630006000011234567890189'))
  assert.deepEqual(found.map(each => each.payeeId).sort(), [one.payeeId, two.payeeId].sort())
  assert.deepEqual(await make(tx => accountsWithNumber(tx, 'FR7630006000011234567890180')), [])
})

test('a number copied to the row of somebody else is refused when it is read', async () => {
  const [victim, thief] = [account(), account({ ...ways[1], number: '+212600000099' })]
  assert.ok((await make(tx => recordPayeeAccounts(tx, [victim, thief]))).ok)
  await asOwner(tx =>
    sql`
      with passed as (select security.open_rewriting('payments.payee_account'))
      select from passed`
      .execute(tx)
      .then(async () => {
        await sql`update payments.payee_account a set number_sealed = b.number_sealed
        from payments.payee_account b where a.id = ${victim.id} and b.id = ${thief.id}`.execute(tx)
        await sql`select security.close_rewriting()`.execute(tx)
      }),
  )
  await assert.rejects(
    make(tx => payeeAccountsOf(tx, [victim.payeeId], day)),
    /payments\.payee_account\.number of .* cannot be opened/,
  )
  assert.equal((await make(tx => payeeAccountsOf(tx, [thief.payeeId], day)))[0]?.number, '+212600000099')
})

test('numbers recorded in clear are sealed batch by batch; stopped midway, it goes on', async () => {
  await make(tx =>
    recordPayeeAccountsFrom(
      tx,
      sql`select gen_random_uuid() as id, gen_random_uuid() as payee_id, '08.' as territory, 'mobile' as kind,
        'wallet' as provider, '+2126111' || lpad(n::text, 5, '0') as number, '2026-01-01'::date as valid_from
        from generate_series(1, 6000) n`,
    ),
  )
  assert.ok((await tableText()).includes('+212611100042'))
  const stopping = new AbortController()
  const stopped = resealNumbers(databases.worker, AbortSignal.any([stopping.signal]))
  stopping.abort()
  await assert.rejects(stopped, { name: 'AbortError' })
  const left = await asOwner(async tx => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from payments.payee_account where number is not null`.execute(tx)
    return rows[0]!.n
  })
  assert.ok(left === 1000 || left === 6000, `${left} left: whole batches`)
  assert.equal(await resealNumbers(databases.worker), left)
  assert.equal(await resealNumbers(databases.worker), 0)
  assert.ok(!(await tableText()).includes('+2126111'))
  assert.equal((await make(tx => accountsWithNumber(tx, '+212611100042'))).length, 1)
})

test('after a rotation every number opens with the new keys alone, and equal numbers are still found', async () => {
  const next = wrappingKey(Buffer.alloc(32, 9))
  const number = await transaction(databases.worker, workerActor('test'), tx =>
    rotateColumnKeys(tx, { from: [TEST_WRAPPING], to: next }),
  )
  assert.equal(number, 2)
  keepColumnKeys([databases.app, databases.worker], () => [next])
  // Sealed under the first data key, wrapped by the new wrapping key: still read, before anything is sealed again.
  assert.equal((await make(tx => accountsWithNumber(tx, 'FR7630006000011234567890189'))).length, 2)
  // The row with which somebody tampered stands in the way of nobody else; it is put right by recording another account.
  await asOwner(async tx => {
    await sql`select security.open_rewriting('payments.payee_account')`.execute(tx)
    await sql`delete from payments.payee_account where kind = 'bank' and number_end = '0099'
      or (kind = 'bank' and octet_length(number_sealed) < 50)`.execute(tx)
    await sql`select security.close_rewriting()`.execute(tx)
  })
  assert.ok((await resealNumbers(databases.worker)) > 6000)
  const old = await asOwner(async tx => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from payments.payee_account where get_byte(number_sealed, 4) <> 2`.execute(tx)
    return rows[0]!.n
  })
  assert.equal(old, 0)
  forgetColumnKeys([databases.app, databases.worker])
  assert.equal((await make(tx => accountsWithNumber(tx, 'FR7630006000011234567890189'))).length, 2)
  keepColumnKeys([databases.app, databases.worker], () => [TEST_WRAPPING])
  await assert.rejects(
    make(tx => accountsWithNumber(tx, iban)),
    /wrapped by .*, which this installation does not have/,
  )
})

test('nobody rewrites an account beside the reviewed function, the owner included', async () => {
  for (const statement of [
    sql`update payments.payee_account set number_end = 'xxxx'`,
    sql`delete from payments.payee_account`,
    sql`truncate payments.payee_account cascade`,
  ]) {
    await assert.rejects(
      asOwner(tx => statement.execute(tx)),
      /append-only/,
    )
  }
  for (const handle of [databases.app, databases.worker]) {
    await assert.rejects(
      transaction(handle, workerActor('test'), tx =>
        sql`select security.open_rewriting('payments.payee_account')`.execute(tx),
      ),
      /permission denied/,
    )
  }
  await assert.rejects(
    asOwner(tx => sql`select security.open_rewriting('security.audit_record')`.execute(tx)),
    /check constraint/,
  )
})
