// The bank and the payment points of a torture: they answer the runs that left by files, each twice, cut and mixed, some before the
// one that says what came first.
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { type Database, transaction, workerActor } from '#db'
import { scriptOf } from '../../src/payments/providers/simulator/script.ts'
import { SLOWEST_MS } from './plan.ts'

type Ordered = { id: string; amount: bigint; provider: string; run: string }

/** What files of these providers can say without contradiction: a refusal and a payment of one instruction are the wallet's. */
function fateOf(seed: number, id: string): { words: readonly string[]; reason: string } {
  const fate = scriptOf(seed, SLOWEST_MS).fateOf(id)
  const words = fate.map(one => one.status)
  if (words.join() === 'refused,paid') return { words: ['paid'], reason: '' }
  return { words, reason: fate.at(-1)!.reason }
}

/** Answers every run that has left and was not answered. Adds to the truth what was done. */
export async function answerByFiles(
  worker: Database,
  { seed, folder }: { readonly seed: number; readonly folder: string },
  truth: Map<string, readonly string[]>,
): Promise<void> {
  const { rows } = await transaction(worker, workerActor('torture'), tx =>
    sql<Ordered>`
      select payments.end_to_end_id(r.reference, i.position) as id, i.amount, i.provider, r.reference as run
      from payments.run r join payments.run_event e on e.run_id = r.id and e.state = 'sent'
        join payments.instruction i on i.run_id = r.id
      where i.provider <> 'wallet' order by 1`.execute(tx),
  )
  for (const [name, payments] of Map.groupBy(rows, row => `${row.provider}-${row.run}`)) {
    // The second word of a payment lies in the file that sorts first.
    const parts = [payments.map(one => [one, 1] as const), payments.map(one => [one, 0] as const)]
    for (const [part, said] of parts.entries()) {
      const lines = said.flatMap(([one, word]) => {
        const { words, reason } = fateOf(seed, one.id)
        truth.set(one.id, words)
        return words[word] === undefined ? [] : [{ ...one, word: words[word], reason }]
      })
      if (lines.length === 0) continue
      const text = name.startsWith('points') ? csvOf(lines) : camtOf(`${name}-${part}`, lines)
      for (const copy of ['a', 'b']) drop(join(folder, 'inbox', `${name}-${part}${copy}`), text)
    }
  }
}

type Line = Ordered & { readonly word: string; readonly reason: string }

const sum = (amount: bigint) => `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`
const dayOf = ({ word }: Line) => (word === 'returned' ? '2026-12-30' : '2026-12-29')

function csvOf(lines: readonly Line[]): string {
  const states: Readonly<Record<string, string>> = { paid: 'PAID', refused: 'REFUSED', returned: 'BACK' }
  const rows = lines.map(one => [one.id, states[one.word], one.reason, sum(one.amount), dayOf(one)].join(';'))
  return `ref;state;why;amount;day\n${rows.join('\n')}\n`
}

function camtOf(id: string, lines: readonly Line[]): string {
  const entries = lines.map(
    one => `<Ntry><Amt Ccy="MAD">${sum(one.amount)}</Amt><CdtDbtInd>${one.word === 'paid' ? 'DBIT' : 'CRDT'}</CdtDbtInd>
<Sts>BOOK</Sts><BookgDt><Dt>${dayOf(one)}</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>${one.id}</EndToEndId></Refs>${
      one.word === 'paid' ? '' : `<RtrInf><Rsn><Cd>${one.reason}</Cd></Rsn></RtrInf>`
    }</TxDtls></NtryDtls></Ntry>`,
  )
  return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.04"><BkToCstmrStmt><GrpHdr><MsgId>${id}</MsgId></GrpHdr>
<Stmt><Id>1</Id>${entries.join('\n')}</Stmt></BkToCstmrStmt></Document>`
}

/** Whole under its name, or not there. */
function drop(path: string, text: string): void {
  if (existsSync(path)) return
  writeFileSync(`${path}.part`, text)
  renameSync(`${path}.part`, path)
}
