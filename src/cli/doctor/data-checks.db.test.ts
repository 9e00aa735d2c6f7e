// Each check of doctor finds what it is for: broken in a transaction that is rolled back, one break after the other.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type Transaction, transaction, workerActor } from '#db'
import type { Finding } from '#kernel'
import { sealAudit } from '#security'
import { testDatabase } from '../../../test/database.ts'
import { demonstrate } from '../demonstration/demonstrate.ts'
import { checkData, liveChecks } from './data-checks.ts'

const data = mkdtempSync(join(tmpdir(), 'socle doctor é '))
after(() => rmSync(data, { recursive: true, force: true }))
const silent = {
  stdin: Readable.from([]),
  out() {},
  err() {},
  interactive: false,
  signal: new AbortController().signal,
  flush: async () => {},
}
const databases = await testDatabase()
await demonstrate(databases, { country: openCountry('ma'), households: 300, seed: 1, data }, silent)
await sealAudit(databases.worker)

test('a sound installation has nothing but its missing backup, the whole audit included', async () => {
  const findings = await checkData(databases, liveChecks, { full: true })
  assert.deepEqual(
    findings.map(({ check, severity }) => `${severity} ${check}`),
    ['warning backups'],
  )
})

type Break = { readonly check: string; readonly says: RegExp; readonly severity: Finding['severity'] }
const ASLEEP = (table: string) => `alter table ${table} disable trigger user`

/** What is done by somebody with every right, and which check says so. */
const breaks: Record<string, Break & { readonly done: readonly string[] }> = {
  'a guard is switched off': {
    check: 'guards',
    says: /trigger append_only of payments\.transfer is switched off/,
    severity: 'serious',
    done: ['alter table payments.transfer disable trigger append_only'],
  },
  'a constraint is put in unchecked': {
    check: 'guards',
    says: /constraint whatever of payments\.run was never checked/,
    severity: 'serious',
    done: [`alter table payments.run add constraint whatever check (label <> '') not valid`],
  },
  'a delivery is dead': {
    check: 'outbox',
    says: /1 deliveries failed too often.*because/,
    severity: 'serious',
    done: [
      `insert into db.event (id, type, key, payload) values (gen_random_uuid(), 'x', 'k', '{}')`,
      `insert into db.delivery (subscriber, position, key, type, attempts, last_error, dead_at)
       select 'x', max(position), 'k', 'x', 10, 'because', now() from db.event`,
    ],
  },
  'a delivery is late': {
    check: 'outbox',
    says: /1 deliveries are due, the first since [36]\d\d seconds/,
    severity: 'warning',
    done: [
      `insert into db.event (id, type, key, payload) values (gen_random_uuid(), 'x', 'k', '{}')`,
      `insert into db.delivery (subscriber, position, key, type, due_at)
       select 'x', max(position), 'k', 'x', now() - interval '10 minutes' from db.event`,
    ],
  },
  'a job failed for good': {
    check: 'jobs',
    says: /1 jobs import failed for good/,
    severity: 'warning',
    done: [`insert into jobs.job_common (name, state, completed_on) values ('import', 'failed', now())`],
  },
  'a job is stuck': {
    check: 'jobs',
    says: /2 jobs import are stuck/,
    severity: 'warning',
    done: [
      `insert into jobs.job_common (name, state, started_on) values ('import', 'active', now() - interval '1 day')`,
      `insert into jobs.job_common (name, state, start_after) values ('import', 'created', now() - interval '1 day')`,
    ],
  },
  "the application's role has more rights": {
    check: 'roles',
    says: /Role socle_app has more rights.*CREATEDB/,
    severity: 'serious',
    done: ['alter role socle_app createdb'],
  },
  'row-level security is switched off': {
    check: 'row-level-security',
    says: /Table households\.household is open/,
    severity: 'serious',
    done: ['alter table households.household disable row level security'],
  },
  'a policy is removed with the security': {
    check: 'row-level-security',
    says: /Table population\.person is open/,
    severity: 'serious',
    done: [
      `do $$ declare p record; begin
         for p in select policyname from pg_policies where schemaname = 'population' and tablename = 'person' loop
           execute format('drop policy %I on population.person', p.policyname);
         end loop; end $$`,
      'alter table population.person disable row level security',
    ],
  },
  'a policy lets everybody through': {
    check: 'row-level-security',
    says: /Table households\.household is open .* lets everybody through/,
    severity: 'serious',
    done: ['create policy open_door on households.household to socle_app using (true)'],
  },
  'an audit record is rewritten': {
    check: 'audit-seals',
    says: /not as it was sealed, in seals 1/,
    severity: 'serious',
    done: [
      ASLEEP('security.audit_record'),
      `update security.audit_record set purpose = 'administration' where position = (select min(position) from security.audit_record)`,
    ],
  },
  'an audit record is removed': {
    check: 'audit-seals',
    says: /not as it was sealed/,
    severity: 'serious',
    done: [
      ASLEEP('security.audit_record'),
      'delete from security.audit_record where position = (select max(position) from security.audit_record)',
    ],
  },
  'a seal is rewritten': {
    check: 'audit-seals',
    says: /not as it was sealed/,
    severity: 'serious',
    done: [ASLEEP('security.audit_seal'), `update security.audit_seal set sealed_at = sealed_at + interval '1 hour'`],
  },
  'nothing seals the audit': {
    check: 'audit-waiting',
    says: /1 audit records wait for their seal, the first since 36\d\d seconds/,
    severity: 'warning',
    done: [
      ASLEEP('security.audit_record'),
      `insert into security.audit_pending select max(position), sha256('') from security.audit_record`,
      `update security.audit_record set recorded_at = clock_timestamp() - interval '1 hour'
       where position = (select max(position) from security.audit_record)`,
    ],
  },
  'somebody waits for a unique number': {
    check: 'numbers-given',
    says: /^1 persons have waited for their unique number for more than 24 hours, the first for (2[4-9]|30)\.$/,
    severity: 'warning',
    done: [
      ASLEEP('population.unique_number'),
      ASLEEP('population.person'),
      'delete from population.unique_number where person_id = (select min(id::text)::uuid from population.person)',
      `update population.person set recorded_at = now() - interval '26 hours'
       where id = (select min(id::text)::uuid from population.person)`,
    ],
  },
  'an emergency is judged by nobody': {
    check: 'emergencies-reviewed',
    says: /1 files opened in an emergency were judged by nobody for 72 hours, in 12/,
    severity: 'warning',
    done: [
      'alter table security.emergency disable trigger own_and_far',
      `insert into security.staff (id, name) values ('0190a000-0000-7000-8000-000000000072', 'Opener')`,
      `insert into security.emergency (id, staff_id, household_id, files, territory, reason, opened_at, opened_until)
       values (gen_random_uuid(), '0190a000-0000-7000-8000-000000000072', gen_random_uuid(), '{}', '12',
         'a reason of twenty letters', now() - interval '73 hours', now() - interval '72 hours')`,
    ],
  },
  'the clock went back': {
    check: 'audit-times',
    says: /went back by \d{4,} seconds/,
    severity: 'warning',
    done: [
      ASLEEP('security.audit_record'),
      `update security.audit_record set recorded_at = recorded_at - interval '3 hours'
       where position = (select max(position) from security.audit_record)`,
    ],
  },
  'a running total is changed': {
    check: 'ledger-totals',
    says: /1 accounts of the ledger do not add up: account \d+: totals/,
    severity: 'serious',
    done: [
      ASLEEP('payments.account_balance'),
      `update payments.account_balance set debits = debits + 1 where kind = 'funder'`,
    ],
  },
  'a book does not balance': {
    check: 'books-balance',
    says: /1 books do not balance: .*: debits \d+, credits \d+/,
    severity: 'serious',
    done: [
      ASLEEP('payments.account_balance'),
      `update payments.account_balance set debits = debits + 7 where kind = 'funder'`,
    ],
  },
  'more leaves than was committed': {
    check: 'budget-order',
    says: /1 accounts fell below nothing: account \d+ \(commitment of /,
    severity: 'serious',
    done: [
      ASLEEP('payments.transfer'),
      `insert into payments.transfer (id, kind, debit_account, credit_account, amount)
       select gen_random_uuid(), 'send', c.id, p.id, 1000000000000
       from payments.account c join payments.account p using (budget_line, purpose)
       where c.kind = 'commitment' and p.kind = 'provider' limit 1`,
    ],
  },
  'a line of a run is changed': {
    check: 'run-sums',
    says: /1 payment runs do not add up: run [0-9A-Z]{10}: totals/,
    severity: 'serious',
    done: [
      ASLEEP('payments.run_line'),
      'update payments.run_line set amount = amount + 1 where ctid = (select min(ctid) from payments.run_line)',
    ],
  },
  'accounts of payees are gone': {
    check: 'payment-orphans',
    says: /instructions without an account: \d+ rows/,
    severity: 'serious',
    done: [ASLEEP('payments.payee_account'), 'delete from payments.payee_account'],
  },
  'a network is ordered to pay what our counter hands over': {
    check: 'cash-one-way',
    says: /1 parts of runs have two ways out: run [0-9A-Z]{10}, demo-points: orders left for the network/,
    severity: 'serious',
    done: [
      ASLEEP('payments.run_part'),
      ASLEEP('payments.cash_window'),
      `update payments.run_part set leaves_by = 'run_file' where provider = 'demo-points'`,
      `insert into payments.cash_window (id, run_id, provider, opens_on, closes_on)
       select gen_random_uuid(), run_id, provider, '2026-12-01', '2026-12-02' from payments.run_part where provider = 'demo-points'`,
    ],
  },
  'somebody is a member of two households': {
    check: 'memberships',
    says: /1 people are members of more than one household at once \([0-9a-f-]{36}\)/,
    severity: 'serious',
    done: [
      ASLEEP('households.membership'),
      'drop index households.membership_one_household',
      `insert into households.membership (household_id, person_id, valid_from, source_id)
       select h.id, m.person_id, '2026-01-01', 'x'
       from (select * from households.membership where ended_at is null limit 1) m
         join households.household h on h.id <> m.household_id limit 1`,
    ],
  },
  'a household has no declaration': {
    check: 'household-declarations',
    says: /1 households have no declaration/,
    severity: 'serious',
    done: [
      `insert into households.household (id, country, source, source_id, territory, source_digest)
       values (gen_random_uuid(), 'ma', 'x', 'x', '07.', sha256(''))`,
    ],
  },
  'amounts decided are changed': {
    check: 'determination-hashes',
    says: /Decisions were changed after they had been taken: .*ma\/asd/,
    severity: 'serious',
    done: [ASLEEP('programmes.determination'), 'update programmes.determination set amount_minor = amount_minor + 1'],
  },
  'the hash of a range is changed': {
    check: 'determination-runs',
    says: /Decisions were changed/,
    severity: 'serious',
    done: [`update programmes.determination_range set result_hash = repeat('0', 64) where number = 0`],
  },
  'a state of enrolment is written by hand': {
    check: 'enrolment-states',
    says: /^1 enrolments are not as their last change says/,
    severity: 'serious',
    done: [
      `insert into programmes.enrolment (household_id, pack, territory, state, reason, sequence, effective_month, since_month, by_run)
       values (gen_random_uuid(), 'ma/asd', '01', 'enrolled', 'eligible', 1, '2026-01', '2026-01', true)`,
    ],
  },
  'an entitlement is given to nobody': {
    check: 'decision-orphans',
    says: /0 determinations and 1 entitlements belong to no household/,
    severity: 'serious',
    done: [
      ASLEEP('programmes.entitlement'),
      `update programmes.entitlement set household_id = gen_random_uuid()
       where ctid = (select min(ctid) from programmes.entitlement)`,
    ],
  },
}

class RolledBack extends Error {}

async function findingsAfter(done: readonly string[], check: string): Promise<readonly Finding[]> {
  let found: readonly Finding[] = []
  const run = async (tx: Transaction) => {
    for (const statement of done) await sql.raw(statement).execute(tx)
    found = await liveChecks.find(one => one.name === check)!.run(tx)
    throw new RolledBack()
  }
  await assert.rejects(transaction(databases.owner, workerActor('test'), run), RolledBack)
  return found
}

for (const [name, { check, says, severity, done }] of Object.entries(breaks)) {
  test(`${name}: ${check} says so`, async () => {
    const [finding] = await findingsAfter(done, check)
    assert.match(finding?.says ?? 'nothing', says)
    assert.deepEqual([finding?.severity, /[a-z]/.test(finding?.todo ?? '')], [severity, true])
  })
}

test('every check has a break here that it finds', () => {
  const tried = new Set(Object.values(breaks).map(one => one.check))
  assert.deepEqual(
    liveChecks.map(check => check.name).filter(name => !tried.has(name) && name !== 'backups'),
    [],
  )
})
