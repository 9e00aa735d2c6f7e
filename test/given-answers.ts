// What tests of files of answers given on a page share: runs that were sent, reports on them, members of staff who give them.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { type Databases, transaction } from '#db'
import { newId } from '#kernel'
import {
  answersJob,
  approveRun,
  endToEndId,
  findGivenAnswers,
  type GivenAnswersId,
  giveAnswers,
  markRunSent,
  type ProviderPorts,
} from '#payments'
import { actorFor, findStaffAccess, type Role, recordGrant, registerStaff, type StaffId } from '#security'
import { maker, paymentTests } from './payments.ts'

const HEAD = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>M</MsgId></GrpHdr>
  <OrgnlPmtInfAndSts>`
const END = '</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>'
const said = ({ id, status = 'ACSC' }: { readonly id: string; readonly status?: string }) =>
  `<TxInfAndSts><OrgnlEndToEndId>${id}</OrgnlEndToEndId><TxSts>${status}</TxSts></TxInfAndSts>\n`

/** A pain.002 that says this of payments, with `before` where one stands after another. */
export const report = (lines: readonly { readonly id: string; readonly status?: string }[], broken = '') =>
  HEAD + lines.map(said).join('') + broken + END

export async function givenAnswersTests(databases: Databases) {
  const { app, worker } = databases
  const payments = await paymentTests(databases)
  const { check, owed, drafted, fileOf } = payments

  const find = (id: GivenAnswersId) => transaction(worker, maker, tx => findGivenAnswers(tx, id))
  return {
    ...payments,
    find,
    async staff(name: string, role: Role): Promise<StaffId> {
      const id = newId<'staff'>() as StaffId
      await transaction(worker, maker, async tx => {
        await registerStaff(tx, { id, name })
        await recordGrant(tx, id, { id: newId<'grant'>(), role, territory: '' })
      })
      return id
    },
    /** A run that left, unless said, and what of it one provider pays. */
    async sentRun(count: number, leaves = true) {
      const { request, run } = await drafted(await owed(count), 1_000_000_000n)
      await check(tx => approveRun(tx, request.id))
      await fileOf(request.id)
      if (leaves) await check(tx => markRunSent(tx, request.id))
      const { rows } = await transaction(worker, maker, tx =>
        sql<{ position: number; amount: bigint }>`
          select position, amount from payments.instruction where run_id = ${request.id} and provider = 'tresor'
          order by position`.execute(tx),
      )
      const ids = rows.map(({ position, amount }) => ({ id: endToEndId(run.reference, position), amount }))
      return { request, reference: run.reference, payments: ids }
    },
    async give(text: string, staff: StaffId, provider = 'tresor') {
      const bytes = Buffer.from(text)
      const access = (await findStaffAccess(app, staff))!
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const given = {
        ...{ id: newId<'GivenAnswers'>(), provider, name: 'answers.xml', size: bytes.length, sha256 },
        ...({ adapter: 'iso20022', staff, givenBy: access.name } as const),
      }
      return transaction(worker, actorFor(access, 'payment_run.send'), tx =>
        giveAnswers(tx, given, () => inPieces(bytes)),
      )
    },
    run(given: GivenAnswersId, attempt = 1, ports: ProviderPorts = new Map()) {
      const job = answersJob({ databases, ports })
      return job.run({ given }, { id: given, attempt, worker, signal: new AbortController().signal })
    },
    /** What stands of answers, given and taken. */
    async standing() {
      const { rows } = await transaction(worker, maker, tx =>
        sql<Record<'files' | 'lines' | 'outcomes' | 'transfers' | 'pieces' | 'faults', number>>`
          select (select count(*)::int from payments.answer_file) as files,
            (select count(*)::int from payments.answer_line) as lines,
            (select count(*)::int from payments.instruction_outcome) as outcomes,
            (select count(*)::int from payments.transfer) as transfers,
            (select count(*)::int from payments.given_answers_piece) as pieces,
            (select count(*)::int from payments.ledger_fault) as faults`.execute(tx),
      )
      return rows[0]!
    },
    async ended(id: GivenAnswersId) {
      const given = await find(id)
      assert.ok(given?.endedAt, 'it has ended')
      return given
    },
  }
}

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000)
}
