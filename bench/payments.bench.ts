// A month paid: accounts of payees, a run drafted, approved, written to pain.001 and sent. On the tests' PostgreSQL, which
// does not wait for the disk at each commit (there are five commits here, so it hardly matters).
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { type Database, transaction } from '#db'
import { type DateText, newId } from '#kernel'
import {
  approveRun,
  importAnswers,
  makeRunFile,
  markRunSent,
  openBudgetLine,
  prepareRun,
  type RunId,
  recordPayeeAccountsFrom,
  registerProvider,
  resealNumbers,
  type Step,
} from '#payments'
import { scratchDatabase } from '../test/database.ts'
import { checker, codeOf, maker, requestFor, ways } from '../test/payments.ts'
import { type Benchmark, thousands, timed } from './benchmark.ts'

export const benchmark: Benchmark = async ({ nation, print }) => {
  const databases = await scratchDatabase()
  try {
    await payMonth(nation ? 1_000_000 : 100_000)
  } finally {
    await databases.close()
  }

  async function payMonth(payees: number): Promise<void> {
    const { app, worker } = databases
    const request = requestFor('BENCH')
    const validFrom = '2026-01-01' as DateText
    // Ids in time order, as the registers make them, and territories of 1,500 communes.
    const people = sql`
      select lpad(to_hex(1700000000000 + n), 12, '0')::text || '70008000' || substr(md5(n::text), 1, 12) as id,
        lpad((n % 12 + 1)::text, 2, '0') || '.' || n % 125 || '.' as territory, n
      from generate_series(1, ${payees}) as n`
    const step = async <Value>(name: string, work: () => Promise<Value>): Promise<Value> => {
      const { seconds, value } = await timed(work)
      const rate = thousands(payees / seconds)
      const memory = Math.round(process.memoryUsage.rss() / 2 ** 20)
      print(`${name.padEnd(34)} ${seconds.toFixed(1).padStart(6)} s  ${rate.padStart(9)} a second  ${memory} MiB`)
      return value
    }
    const line = { code: 'BENCH', funder: 'Budget', label: 'Bench', currency: 'MAD' } as const
    await transaction(app, maker, async tx => {
      await openBudgetLine(tx, line, { id: newId(), amount: 10n ** 14n })
      for (const { kind, provider: code } of ways) {
        await registerProvider(tx, { code, name: code, kind, bic: null, debtorName: 'Bench', debtorAccount: 'BENCH' })
      }
    })
    print(`${thousands(payees)} payees`)
    await step('accounts recorded', () =>
      transaction(worker, maker, tx =>
        recordPayeeAccountsFrom(
          tx,
          sql`
          select md5('account of ' || id)::uuid as id, id::uuid as payee_id, territory, way.kind, way.provider, way.number, ${validFrom}::date as valid_from
          from (${people}) as people join (values
            (0, 'bank', 'tresor', 'MA64011519000001205000534921'), (1, 'mobile', 'wallet', '+212600000001'),
            (2, 'cash', 'points', null)) as way (third, kind, provider, number) on way.third = n % 3`,
        ),
      ),
    )
    await step('their numbers sealed', () => resealNumbers(worker))
    const owed = sql`
      select md5(id)::uuid as entitlement_id, id::uuid as payee_id, 'Fatima-Zahra El Amrani ' || n as payee_name, territory,
        'ma/asd' as purpose, '2026-12' as period, 50000::bigint + n % 7 * 10000 as amount
      from (${people}) as people`
    const drafted = await step('run drafted', () =>
      transaction(worker, maker, tx => prepareRun(tx, request, { select: owed })),
    )
    if (!drafted.ok) throw new Error(drafted.refusal.code)
    await step('run approved', () => transaction(app, checker, tx => approveRun(tx, request.id)).then(mustTake))
    const hash = createHash('sha256')
    const file = await step('pain.001.001.03 written', () =>
      transaction(worker, maker, tx =>
        makeRunFile(
          tx,
          {
            run: request.id,
            version: '03',
            createdAt: '2026-12-20T08:00:00Z',
            executionDate: validFrom,
            ports: new Map(),
          },
          async piece => void hash.update(piece),
        ),
      ),
    )
    if (!file.ok) throw new Error(file.refusal.code)
    await step('run sent', () => transaction(app, checker, tx => markRunSent(tx, request.id)).then(mustTake))
    await step('answers imported', () => takeAnswers(worker, request.id))
    const again = await step('prepared again: nothing to pay', () =>
      transaction(worker, maker, tx => prepareRun(tx, { ...request, id: newId() }, { select: owed })),
    )
    const { instructions } = drafted.value.run.totals
    print(
      `${thousands(instructions)} instructions, ${thousands(Number(file.value.bytes) / 2 ** 20)} MiB; again: ${codeOf(again)}`,
    )
  }
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

function mustTake(answer: { ok: true; value: Step } | { ok: false; refusal: { code: string } }): void {
  if (!answer.ok) throw new Error(answer.refusal.code)
}
