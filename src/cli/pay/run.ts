import { type Databases, type Transaction, transaction, workerActor } from '#db'
import { type DateText, type Month, newId } from '#kernel'
import {
  approveRun,
  cancelRun,
  listRuns,
  type MadeFile,
  markRunSent,
  type ProviderPorts,
  type Run,
  type RunDetail,
  showRun,
} from '#payments'
import { payableChecks, prepareMonth } from '#programmes'
import type { Permission } from '#security'
import { type Io, UsageError } from '../command.ts'
import { writeOrdersFile, writePaymentFile } from '../payment-file.ts'
import type { Programme } from '../programme.ts'
import type { Acting } from '../staff.ts'
import {
  count,
  type PayRefusal,
  partTexts,
  REASONS,
  recoveredTexts,
  refusalText,
  STATES,
  sum,
  waitingTexts,
} from './words.ts'

/** Drafts a run of what a programme owes for a month, on the accounts in force today. */
export async function payPrepare(
  { worker }: Databases,
  by: Acting,
  asked: {
    readonly programme: Programme
    readonly month: Month
    readonly budgetLine: string
    readonly today: DateText
    readonly terms: Parameters<typeof payableChecks>[0]
  },
  io: Io,
): Promise<void> {
  const { programme, month, budgetLine, today } = asked
  const { id, currency } = programme
  const request = { id: newId<'payment-run'>(), programme, month, budgetLine, today, terms: asked.terms }
  const { recovered, prepared } = taken(await prepareMonth(worker, by('payment_run.prepare', [id]), request))
  describeRun(prepared.run, io)
  for (const text of recoveredTexts(recovered, currency)) io.out(`  ${text}\n`)
  if (prepared.again > 0) io.out(`  ${count(prepared.again)} came back before and are tried again\n`)
  if (payableChecks(asked.terms).sanctions.named === null)
    io.out('  no sanctions list is connected: nobody was looked for\n')
  for (const text of waitingTexts(prepared.leftOut)) io.out(`  ${text}\n`)
  for (const run of prepared.inRuns) io.out(`  ${count(run.lines)} are in run ${run.reference} already\n`)
  io.out(`Next: socle pay approve ${prepared.run.reference} --as SOMEBODY-ELSE\n`)
}

export async function payApprove(databases: Databases, by: Acting, run: string, io: Io): Promise<void> {
  const step = await onRun(databases, by, 'payment_run.approve', run, async (tx, id) => taken(await approveRun(tx, id)))
  io.out(`Run ${run} ${step === 'take' ? 'is approved' : 'was approved by the same person before'}.\n`)
}

export async function payFile(
  { worker }: Databases,
  by: Acting,
  asked: {
    readonly run: string
    readonly out: string
    readonly version: '03' | '12'
    readonly createdAt: string
    readonly on: DateText
    readonly ports: ProviderPorts
  },
  io: Io,
): Promise<void> {
  const run = await runOf(worker, asked.run)
  const { version, createdAt, on: executionDate, ports } = asked
  const actor = by('payment_file.export', purposesOf(run))
  const request = { run: run.id, version, createdAt, executionDate, ports }
  const file = taken(await writePaymentFile(worker, actor, request, asked.out))
  describeFile(file, asked.out, run, io)
}

function describeFile(file: MadeFile, out: string, { reference, currency }: Run, io: Io): void {
  if (file.format === 'none') io.out(`Nothing is in the file of run ${reference}: none is written.\n`)
  else {
    const { format, bytes, executionDate, sha256 } = file
    io.out(`${out}: ${format}, ${count(String(bytes))} bytes, to be executed on ${executionDate}\n  sha256 ${sha256}\n`)
  }
  for (const text of partTexts(file.parts, currency)) io.out(`  ${text}\n`)
}

/** `socle pay file RUN --provider CODE`: the part of one provider, as it takes it. */
export async function payProviderFile(
  { worker }: Databases,
  by: Acting,
  asked: { readonly run: string; readonly out: string; readonly provider: string; readonly ports: ProviderPorts },
  io: Io,
): Promise<void> {
  const run = await runOf(worker, asked.run)
  const { provider, ports, out } = asked
  const file = taken(
    await writeOrdersFile(
      worker,
      by('payment_file.export', purposesOf(run)),
      { run: run.id, provider, port: ports.get(provider) },
      out,
    ),
  )
  io.out(
    `${out}: ${file.format}, ${count(file.payments)} payments, ${count(file.bytes)} bytes\n  sha256 ${file.sha256}\n`,
  )
}

export async function paySent(databases: Databases, by: Acting, run: string, io: Io): Promise<void> {
  const step = await onRun(databases, by, 'payment_run.send', run, async (tx, id) => taken(await markRunSent(tx, id)))
  io.out(`Run ${run} ${step === 'take' ? 'is' : 'was already'} recorded as sent.\n`)
}

export async function payCancel(databases: Databases, by: Acting, run: string, why: string, io: Io): Promise<void> {
  const step = await onRun(databases, by, 'payment_run.cancel', run, async (tx, id) =>
    taken(await cancelRun(tx, id, why)),
  )
  io.out(`Run ${run} ${step === 'take' ? 'is' : 'was already'} cancelled; what it was to pay may enter another run.\n`)
}

export async function payList({ app }: Databases, by: Acting, io: Io): Promise<void> {
  const runs = await transaction(app, by('payment_run.read'), tx => listRuns(tx, { limit: 50 }), { readOnly: true })
  if (runs.length === 0) io.out('There is no payment run; see socle help pay.\n')
  for (const run of runs) {
    const { reference, state, instructions, amount, currency, label, period } = run
    const figures = `${count(instructions).padStart(10)}  ${sum(amount, currency).padStart(20)}`
    io.out(`${reference}  ${STATES[state].padEnd(10)} ${figures}  ${label} ${period}\n`)
  }
}

export async function payShow({ worker }: Databases, by: Acting, idOrReference: string, io: Io): Promise<void> {
  const run = await runOf(worker, idOrReference)
  by('payment_run.read', purposesOf(run))
  describeRun(run, io)
  for (const fact of run.facts) {
    const when = fact.at.toISOString().slice(0, 16).replace('T', ' ')
    io.out(`  ${STATES[fact.state].padEnd(10)} ${when} UTC by ${fact.byName}${fact.reason ? `: ${fact.reason}` : ''}\n`)
  }
  for (const { providerName, purpose, lines, amount } of run.groups) {
    io.out(`  ${count(lines).padStart(10)} of ${purpose} by ${providerName}: ${sum(amount, run.currency)}\n`)
  }
  for (const { reason, lines, amount } of run.waiting) {
    io.out(`  ${count(lines).padStart(10)} wait (${sum(amount, run.currency)}): ${REASONS[reason]}\n`)
  }
  if (run.file && run.file.format !== 'none') {
    const { format, bytes, executionDate, sha256 } = run.file
    io.out(`  file ${format}, ${count(String(bytes))} bytes, executed on ${executionDate}, sha256 ${sha256}\n`)
  }
  for (const text of partTexts(run.parts, run.currency)) io.out(`  ${text}\n`)
}

function describeRun(run: Run, io: Io): void {
  const { instructions, amount, contentHash } = run.totals
  io.out(`Run ${run.reference}: ${run.label} ${run.period}, on budget line ${run.budgetLine}\n`)
  io.out(`  ${count(instructions)} instructions, ${sum(amount, run.currency)}\n  content sha256 ${contentHash}\n`)
}

async function onRun<Value>(
  { app, worker }: Databases,
  by: Acting,
  permission: Permission,
  idOrReference: string,
  work: (tx: Transaction, run: Run['id']) => Promise<Value>,
): Promise<Value> {
  const run = await runOf(worker, idOrReference)
  return transaction(app, by(permission, purposesOf(run)), tx => work(tx, run.id))
}

/** The run, as the command itself reads it: whom it pays decides on what the actor must be allowed. */
async function runOf(worker: Databases['worker'], idOrReference: string): Promise<RunDetail> {
  const run = await transaction(worker, workerActor('socle pay'), tx => showRun(tx, idOrReference), { readOnly: true })
  if (!run) throw new UsageError(refusalText({ code: 'run_unknown', run: idOrReference }))
  return run
}

function purposesOf(run: RunDetail): string[] {
  return [...new Set(run.groups.map(group => group.purpose))]
}

/** The answer, or its refusal as the sentence that ends the command. */
function taken<Value>(answer: { ok: true; value: Value } | { ok: false; refusal: PayRefusal }): Value {
  if (!answer.ok) throw new UsageError(refusalText(answer.refusal))
  return answer.value
}
