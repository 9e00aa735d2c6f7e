// A month of Morocco's direct assistance, from the register to the answers of the providers: decided, enrolled, owed, drafted as a
// run, approved, written, sent, answered. On the tests' PostgreSQL, which does not wait for the disk.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type Database, type Databases, transaction } from '#db'
import { takeSnapshot } from '#households'
import { type DateText, type Month, newId, ok, type Result } from '#kernel'
import {
  approveRun,
  importAnswers,
  makeRunFile,
  markRunSent,
  openBudgetLine,
  type RunId,
  recordPayeeAccountsFrom,
  registerProvider,
  resealNumbers,
} from '#payments'
import { determine, entitle, prepareMonth } from '#programmes'
import type { Pack } from '#rules'
import { scratchDatabase } from '../test/database.ts'
import { checker, maker, ways } from '../test/payments.ts'
import { type Benchmark, forgetMemory, memoryHeld, thousands, timed } from './benchmark.ts'
import { grow, registerSeeds, SEEDS } from './grown-register.ts'

const country = openCountry('ma')
const PACK = 'ma/asd'
const MONTH = '2026-12' as Month
const DAY = '2026-12-01' as DateText
const THREADS = 2

export const benchmark: Benchmark = async ({ nation, row, print }) => {
  const databases = await scratchDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'bench-month-'))
  try {
    await registerSeeds(databases)
    const households = nation ? 2_000_000 : 100_000
    await grow(databases, SEEDS, households, 'with recipients')
    await payMonth(databases, folder, households)
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await databases.close()
  }

  async function payMonth(databases: Databases, folder: string, households: number): Promise<void> {
    const { app, worker } = databases
    let promised = 0
    async function step<Value>(
      what: string,
      count: (value: Value) => readonly [number, string],
      work: () => Promise<Result<Value, { readonly code: string }>>,
    ): Promise<Value> {
      const { seconds, value } = await timed(work)
      if (!value.ok) throw new Error(`${what}: ${value.refusal.code}`)
      row({ what, size: count(value.value), seconds, memory: memoryHeld() })
      promised += seconds
      return value.value
    }
    const { value: snapshot } = await timed(() =>
      takeSnapshot(databases, { country, folder, effectiveOn: DAY, threads: THREADS }),
    )
    if (!snapshot.ok) throw new Error(snapshot.refusal.code)
    const run = await step(
      'decided',
      () => [households, 'households'],
      () =>
        determine(
          databases,
          { country, pack: PACK, month: MONTH, askedBy: 'bench', snapshot: snapshot.value },
          { threads: THREADS },
        ),
    )
    await openAccounts(databases)
    // The decision is another command's work; what pays is measured by itself.
    forgetMemory()
    promised = 0
    const asked = { country, runId: run.id, askedBy: 'bench' }
    const owed = await step(
      'enrolled, and what is owed recorded',
      ({ added }) => [added, 'entitlements'],
      () => entitle(worker, asked),
    )
    const id = newId() as RunId
    const { prepared } = await step(
      'run drafted and checked',
      () => [owed.added, 'entitlements'],
      () =>
        prepareMonth(worker, maker, {
          id,
          programme: { id: PACK, label: 'ASD', currency: 'MAD', pack: country.book.packs.get(PACK) as Pack },
          month: MONTH,
          budgetLine: 'BENCH',
          today: DAY,
          terms: { retriesMost: 3, coolingDays: 0, amountTimes: 3 },
        }),
    )
    const { instructions } = prepared.run.totals
    await step(
      'run approved',
      () => [instructions, 'payments'],
      () => transaction(app, checker, tx => approveRun(tx, id)),
    )
    await step(
      'pain.001.001.03 written',
      () => [instructions, 'payments'],
      () =>
        transaction(worker, maker, tx =>
          makeRunFile(
            tx,
            { run: id, version: '03', createdAt: '2026-12-20T08:00:00Z', executionDate: DAY, ports: new Map() },
            async () => {},
          ),
        ),
    )
    print(
      `from what was decided to the file: ${promised.toFixed(1)} s for ${thousands(instructions)} payments, ${thousands(instructions / promised)} a second`,
    )
    await step(
      'run sent',
      () => [instructions, 'payments'],
      () => transaction(app, checker, tx => markRunSent(tx, id)),
    )
    await step(
      'answers imported',
      () => [instructions, 'answers'],
      async () => {
        await takeAnswers(worker, id)
        return ok(undefined)
      },
    )
    await step(
      'the month owed again: nothing new',
      () => [owed.added, 'entitlements'],
      () => entitle(worker, asked),
    )
  }
}

/** Everybody who receives has an account or a wallet of their own, or is paid at a point; there is money for all. */
async function openAccounts({ app, worker }: Databases): Promise<void> {
  const line = { code: 'BENCH', funder: 'Budget', label: 'Bench', currency: 'MAD' } as const
  await transaction(app, maker, async tx => {
    await openBudgetLine(tx, line, { id: newId(), amount: 10n ** 14n })
    for (const { kind, provider: code } of ways) {
      await registerProvider(tx, { code, name: code, kind, bic: null, debtorName: 'Bench', debtorAccount: 'BENCH' })
    }
  })
  await transaction(worker, maker, tx =>
    recordPayeeAccountsFrom(
      tx,
      sql`
      select uuidv7() as id, person_id as payee_id, territory, way.kind, way.provider,
        case way.kind
          when 'mobile' then '+2126' || lpad(n::text, 8, '0')
          when 'bank' then 'MA64' || account || lpad((97 - (account || '00')::numeric % 97)::text, 2, '0')
        end as number, '2026-01-01'::date as valid_from
      from (
        select received.person_id, household.territory, row_number() over (order by received.household_id) as n,
          '011519' || lpad((row_number() over (order by received.household_id))::text, 16, '0') as account
        from households.published_recipient as received
          join households.published_household as household on household.id = received.household_id
      ) as people join (values (0, 'bank', 'tresor'), (1, 'mobile', 'wallet'), (2, 'cash', 'points')) as way (third, kind, provider)
        on way.third = n % 3`,
    ),
  )
  await resealNumbers(worker)
}

/** Most payments in one file: a bank cuts its answers. */
const ANSWERS = 50_000

/** Every payment answered in camt.054, each provider in files of its own: nine in ten paid, the others back. */
async function takeAnswers(worker: Database, run: RunId): Promise<void> {
  for (const { provider } of ways) {
    for (let after = 0; ; ) {
      const { rows } = await transaction(worker, maker, tx =>
        sql<{ position: number; entry: string }>`
          select i.position, '<Ntry><Amt Ccy="MAD">' || (i.amount / 100) || '.00</Amt><CdtDbtInd>'
            || case when i.position % 10 = 0 then 'CRDT' else 'DBIT' end || '</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-12-29</Dt></BookgDt>'
            || '<NtryDtls><TxDtls><Refs><EndToEndId>' || payments.end_to_end_id(r.reference, i.position) || '</EndToEndId></Refs>'
            || case when i.position % 10 = 0 then '<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>' else '' end
            || '</TxDtls></NtryDtls></Ntry>' as entry
          from payments.instruction i join payments.run r on r.id = i.run_id
          where i.run_id = ${run} and i.provider = ${provider} and i.position > ${after} order by 1 limit ${ANSWERS}`.execute(
          tx,
        ),
      )
      if (rows.length === 0) break
      after = rows.at(-1)!.position
      const bytes = Buffer.from(
        `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>B${after}</MsgId></GrpHdr>` +
          `<Ntfctn><Id>1</Id>${rows.map(row => row.entry).join('')}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>`,
      )
      const taken = await transaction(worker, maker, tx => importAnswers(tx, provider, bytes))
      if (!taken.ok || taken.value.confirmed + taken.value.returned !== rows.length) {
        throw new Error(`answers of ${provider}: ${JSON.stringify(taken)}`)
      }
    }
  }
}
