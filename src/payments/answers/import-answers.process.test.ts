import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { transaction } from '#db'
import { testDatabase } from '../../../test/database.ts'
import { maker, paymentTests } from '../../../test/payments.ts'
import { approveRun, endToEndId, markRunSent } from '../index.ts'

const databases = await testDatabase()
const { make, check, owed, drafted, fileOf, held } = await paymentTests(databases)
const folder = mkdtempSync(join(tmpdir(), 'socle answers '))
after(() => rmSync(folder, { recursive: true, force: true }))

const FILES = 80

/** Takes the answers until it is done or `milliseconds` have passed: then it is killed as by a power cut. */
function takeAnswers(milliseconds: number): Promise<'done' | 'killed'> {
  const args = ['test/take-answers.ts', databases.urls.owner, folder, 'tresor']
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { timeout: milliseconds, killSignal: 'SIGKILL' }, (error, _, text) => {
      if (!error) resolve('done')
      else if (error.killed) resolve('killed')
      else reject(new Error(text))
    })
  })
}

const entry = (id: string, amount: bigint, day: string, sign: 'DBIT' | 'CRDT') =>
  `<Ntry><Amt Ccy="MAD">${amount / 100n}.${String(amount % 100n).padStart(2, '0')}</Amt><CdtDbtInd>${sign}</CdtDbtInd>
   <Sts>BOOK</Sts><BookgDt><Dt>${day}</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>${id}</EndToEndId></Refs>
   ${sign === 'CRDT' ? '<RtrInf/>' : ''}</TxDtls></NtryDtls></Ntry>`

test('killed at any moment, two at a time, each file twice: every payment moves once and the books agree', async () => {
  const { request, run } = await drafted(await owed(3 * FILES * 2), 1_000_000_000n)
  await check(tx => approveRun(tx, request.id))
  await fileOf(request.id)
  await check(tx => markRunSent(tx, request.id))
  const { rows: payments } = await make(tx =>
    sql<{ position: number; amount: bigint }>`
      select position, amount from payments.instruction where run_id = ${request.id} and provider = 'tresor' order by position`.execute(
      tx,
    ),
  )
  const files: string[][] = Array.from({ length: FILES }, () => [])
  let back = 0n
  payments.forEach(({ position, amount }, index) => {
    const id = endToEndId(run.reference, position)
    files[index % FILES]!.push(entry(id, amount, '2026-12-29', 'DBIT'))
    // Every fifth comes back, told in a file that may come long before the one that says it was paid.
    if (index % 5 > 0) return
    back += amount
    files[(index * 7 + 3) % FILES]!.push(entry(id, amount, '2026-12-30', 'CRDT'))
  })
  files.forEach((entries, number) => {
    const text = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.04"><BkToCstmrStmt><GrpHdr><MsgId>F${number}</MsgId>
      </GrpHdr><Stmt><Id>1</Id>${entries.join('')}</Stmt></BkToCstmrStmt></Document>`
    for (const copy of ['a', 'b']) writeFileSync(join(folder, `${String(number).padStart(3, '0')}${copy}.xml`), text)
  })

  let kills = 0
  // The first part of a second goes into starting; the moments of death spread over the work that follows.
  for (const moment of [700, 1050, 900, 1300]) {
    const ends = await Promise.all([takeAnswers(moment), takeAnswers(moment + 90)])
    kills += ends.filter(end => end === 'killed').length
  }
  assert.ok(kills > 0, 'somebody was killed')
  assert.equal(await takeAnswers(60_000), 'done')

  const all = payments.reduce((sum, { amount }) => sum + amount, 0n)
  assert.equal((await held(request.budgetLine)).confirmed, all - back)
  const { rows } = await transaction(databases.worker, maker, tx =>
    sql<{ files: number; ended: number; faults: number; left: bigint }>`
      select (select count(*)::int from payments.answer_file) as files,
        (select count(*)::int from payments.instruction_outcome where kind <> 'reverse') as ended,
        (select count(*)::int from payments.ledger_fault) as faults,
        (select b.credits - b.debits from payments.account a join payments.account_balance b on b.account = a.id
          where a.budget_line = ${request.budgetLine} and a.kind = 'provider' and a.provider = 'tresor') as left`.execute(
      tx,
    ),
  )
  assert.deepEqual(rows, [{ files: FILES, ended: payments.length, faults: 0, left: 0n }])
})
