// Accounts of payees at the terminal: as the console has them, by whoever may, and no number is ever said whole.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import { type DateText, newId } from '#kernel'
import { recordGrant, registerStaff } from '#security'
import { testDatabase } from '../../../test/database.ts'
import { silent } from '../../../test/demonstrated.ts'
import { type Io, UsageError } from '../command.ts'
import { demonstrate } from '../demonstration/demonstrate.ts'
import { actingAs } from '../staff.ts'
import { payAccount, payAccountRecord, payAccountVerify } from './account.ts'

const data = mkdtempSync(join(tmpdir(), 'socle account '))
after(() => rmSync(data, { recursive: true, force: true }))
const databases = await testDatabase()
const country = openCountry('ma')
await demonstrate(databases, { country, households: 60, seed: 1, data }, silent)
for (const [name, territory] of [
  ['Writer', ''],
  ['Second', ''],
  ['Far', 'xx'],
] as const) {
  const id = newId<'staff'>()
  await transaction(databases.worker, workerActor('test'), async tx => {
    await registerStaff(tx, { id, name })
    for (const role of ['territory_supervisor', 'payment_preparer'] as const) {
      await recordGrant(tx, id, { id: newId(), role, territory, sensitivity: 'sensitive' })
    }
  })
}
const { rows } = await transaction(databases.owner, workerActor('test'), tx =>
  sql<{ person: string; number: string }>`
    select a.payee_id as person, n.number from payments.payee_account a
      join population.unique_number n on n.person_id = a.payee_id order by 1 limit 1`.execute(tx),
)
const { person, number } = rows[0]!
const RIB = '011519000001205000534921'
const today = '2026-12-01' as DateText
const asked = { country, today, coolingDays: 7 }

async function said(name: string, work: (by: Awaited<ReturnType<typeof actingAs>>, io: Io) => Promise<void>) {
  let out = ''
  const io: Io = {
    ...silent,
    out(text) {
      out += text
    },
  }
  try {
    await work(await actingAs(databases.app, name, 'test'), io)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    out += error.message
  }
  assert.ok(!out.includes(RIB) && !out.includes(RIB.slice(6, 20)), 'no number is said whole')
  return out
}
const record = (name: string, change: object = {}, who = person) =>
  said(name, (by, io) =>
    payAccountRecord(
      databases,
      by,
      who,
      { ...asked, provider: 'demo-bank', number: RIB, numberFile: undefined, from: undefined, ...change },
      io,
    ),
  )
const show = (name: string, who = person) => said(name, (by, io) => payAccount(databases, by, who, asked, io))
const verify = (name: string, account: string, means = 'holder_paper') =>
  said(name, (by, io) => payAccountVerify(databases, by, { person, account, means }, asked, io))

const REFUSALS: readonly [name: string, change: object, says: RegExp][] = [
  ['a provider that is none', { provider: 'nobody' }, /no payment provider nobody/],
  ['a number that is none', { number: 'hello' }, /accepted: /],
  ['a RIB with a wrong key', { number: `${RIB.slice(0, -1)}2` }, /do not fit the others/],
  ['a number for cash', { provider: 'demo-points' }, /cash has no account number/],
  ['a day that is past', { from: '2026-11-30' }, /today or a day to come/],
  ['a day too far', { from: '2029-01-01' }, /within a year/],
  ['a file that is not there', { numberFile: join(data, 'none') }, /cannot be read/],
]
for (const [name, change, says] of REFUSALS) {
  test(`refused: ${name}`, async () => assert.match(await record('Writer', change), says))
}

test('one records, by the unique number; another sees that it is the person’s; nobody elsewhere sees anything', async () => {
  const file = join(data, 'number')
  writeFileSync(file, `${RIB}\n`)
  const recorded = await record('Writer', { number: undefined, numberFile: file }, number)
  const account = /^(\S+) {2}bank .*…4921 {2}from 2026-12-01/.exec(recorded)?.[1] ?? ''
  assert.notEqual(account, '', recorded)
  assert.match(await record('Writer'), /nothing was recorded/)
  assert.match(await verify('Writer', account), /--as must name somebody else/)
  assert.match(await verify('Second', account, 'hearsay'), /--means takes holder_paper/)
  assert.match(await verify('Second', newId()), /has no account/)
  assert.match(await verify('Second', account), /was seen to be/)
  assert.match(await show('Second'), /…4921 .*in force .*seen by Second \(holder_paper\)/)
  assert.match(await show('Far'), /no such person/)
  assert.match(await record('Far', { provider: 'closed', number: '' }), /no such person/)
  const { rows: audit } = await transaction(databases.owner, workerActor('test'), tx =>
    sql<{ action: string }>`select distinct action from security.audit_record
      where subject_id = ${person} and action like 'payee_account.%' order by 1`.execute(tx),
  )
  assert.deepEqual(
    audit.map(one => one.action),
    ['payee_account.change', 'payee_account.read', 'payee_account.verify'],
  )
})
