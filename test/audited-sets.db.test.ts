// Rows altered behind the triggers by somebody who owns the database: the set that they belong to is found and named.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { endToEndId, importAnswers } from '#payments'
import { type AuditedSetSource, appendAuditOfRows, appendReading, compareLines, verifySets } from '#security'
import { setFindingText } from '../src/cli/audit-words.ts'
import { auditedSets } from '../src/cli/audited-sets.ts'
import { demonstrate } from '../src/cli/demonstration/demonstrate.ts'
import { testDatabase } from './database.ts'

const databases = await testDatabase()
const data = mkdtempSync(join(tmpdir(), 'socle-sets-'))
after(() => rmSync(data, { recursive: true, force: true }))
const quiet = {
  out() {},
  err() {},
  stdin: process.stdin,
  interactive: false,
  signal: new AbortController().signal,
  flush: async () => {},
}
await demonstrate(databases, { country: openCountry('ma'), households: 120, seed: 3, data }, quiet)
await transaction(databases.app, { kind: 'staff', staffId: '0199', name: 'Zineb', territories: [''] }, tx =>
  appendReading(tx, {
    action: 'household.list',
    kind: 'household',
    members: [newId<'Household'>(), newId<'Household'>()].map(id => ({ id, territory: '07' })),
    purpose: 'examination: search',
  }),
)

const answered = await transaction(databases.worker, workerActor('test'), async tx => {
  const { rows } = await sql<{ reference: string; position: number; provider: string }>`
    select r.reference, i.position, i.provider from payments.instruction i join payments.run r on r.id = i.run_id
    where exists (select from payments.run_event e where e.run_id = r.id and e.state = 'sent') limit 1`.execute(tx)
  const { reference, position, provider } = rows[0]!
  return importAnswers(
    tx,
    provider,
    new TextEncoder().encode(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
      <GrpHdr><MsgId>S1</MsgId><CreDtTm>2026-12-29T08:00:00Z</CreDtTm></GrpHdr><OrgnlPmtInfAndSts><TxInfAndSts>
      <OrgnlEndToEndId>${endToEndId(reference, position)}</OrgnlEndToEndId><TxSts>ACSC</TxSts>
      </TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`),
  )
})
assert.ok(answered.ok)

test('every set of a demonstration is read again, and says what it said', async () => {
  const { sets, findings, unread, more } = await verifySets(databases.worker, auditedSets)
  assert.deepEqual([findings, [...unread], more], [[], [], false])
  assert.ok(sets >= 12, `${sets} sets`)
})

const known = new Set<bigint>()
/** What is found beyond what earlier attacks left. */
async function newlyFound() {
  const { findings } = await verifySets(databases.worker, auditedSets)
  const found = findings.filter(({ position }) => !known.has(position))
  for (const { position } of found) known.add(position)
  return found
}

const inRun = (pack: string) =>
  `run_id = (select id from programmes.determination_run where pack = '${pack}' order by asked_at limit 1)`
const attacks: Record<string, { readonly table: string; readonly by: string; readonly found: readonly string[] }> = {
  'a fact that a household declared': {
    table: 'households.declaration',
    by: `update households.declaration set facts = facts || '{"rooms": 9}'
      where id = (select min(id::text)::uuid from households.declaration)`,
    found: ['household.register'],
  },
  'a score, the outcome left as it was': {
    table: 'programmes.determination',
    by: `update programmes.determination set scores = '{"ma/ise": "1.0000000"}' where ${inRun('ma/ise')}
      and household_id = (select min(household_id::text)::uuid from programmes.determination)`,
    found: ['determination.decide'],
  },
  'a decision taken away': {
    table: 'programmes.determination',
    by: `delete from programmes.determination where ${inRun('ma/asd')}
      and household_id = (select min(household_id::text)::uuid from programmes.determination)`,
    found: ['determination.decide'],
  },
  'what is owed, by one centime': {
    table: 'programmes.entitlement',
    by: `update programmes.entitlement set amount_minor = amount_minor + 1
      where id = (select min(id::text)::uuid from programmes.entitlement)`,
    found: ['entitlement.record'],
  },
  'the account into which somebody is paid': {
    table: 'payments.payee_account',
    by: `update payments.payee_account set provider = null, number = null, kind = 'closed'
      where id = (select min(id::text)::uuid from payments.payee_account)`,
    found: ['payee_account.record'],
  },
  'the name on a payment': {
    table: 'payments.instruction',
    by: `update payments.instruction set payee_name = 'Somebody Else' where position = 1`,
    found: ['payment_run.draft', 'payment_run.approve', 'payment_run.make_file', 'payment_run.send'],
  },
  'what a provider answered': {
    table: 'payments.answer_line',
    by: `update payments.answer_line set status = 'RJCT'`,
    found: ['payment_answers.record'],
  },
  'whom a clerk was shown': {
    table: 'security.audit_set_member',
    by: 'update security.audit_set_member set members = members[2:]',
    found: ['household.list'],
  },
}
for (const [name, { table, by, found: expected }] of Object.entries(attacks)) {
  test(`found: ${name}`, async () => {
    await transaction(databases.owner, workerActor('intruder'), async tx => {
      for (const statement of [
        `alter table ${table} disable trigger user`,
        by,
        `alter table ${table} enable trigger user`,
      ]) {
        await sql.raw(statement).execute(tx)
      }
    })
    const found = await newlyFound()
    assert.deepEqual(
      found.map(({ action }) => action),
      expected,
    )
    const [first] = found
    assert.match(setFindingText(first!), new RegExp(`^Set of record ${first!.position} differs: .*${expected[0]}`))
  })
}

test('a decision taken away is said by number, with its run', async () => {
  const all = await verifySets(databases.worker, auditedSets)
  const taken = all.findings.find(one => one.action === 'determination.decide' && one.recorded.count !== one.now.count)
  assert.ok(taken)
  const said = /(\d+) rows recorded, (\d+) there; .* run [0-9a-f-]{36}, .*pack ma\/asd/.exec(setFindingText(taken))
  assert.equal(Number(said?.[1]) - Number(said?.[2]), 1)
})

test('a long set is hashed as it is streamed, and comes to what one query does', async () => {
  const rows = sql`select 'é line ' || n from generate_series(1, 100001) as n`
  await transaction(databases.worker, workerActor('test'), tx =>
    appendAuditOfRows(tx, {
      action: 'test.many',
      subject: { kind: 'test' },
      purpose: 'administration: test',
      rows,
    }),
  )
  const source: AuditedSetSource = { action: 'test.many', compare: (tx, record) => compareLines(tx, record, rows) }
  const { findings, unread } = await verifySets(databases.worker, [...auditedSets, source])
  assert.equal(findings.filter(({ action }) => action === 'test.many').length, 0)
  assert.deepEqual([...unread], [])
  const without = await verifySets(databases.worker, auditedSets)
  assert.deepEqual([...without.unread], [['test.many', 1]], 'a set that nobody can read again is said')
})
