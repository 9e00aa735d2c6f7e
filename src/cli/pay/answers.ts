import { closeSync, createReadStream, openSync } from 'node:fs'
import { basename } from 'node:path'
import { type Databases, transaction } from '#db'
import {
  type AnswerException,
  type AnswersRefusal,
  answerExceptions,
  answerPiecesOf,
  type ClosingRefusal,
  closeException,
  importAnswersFrom,
  type ProviderPorts,
} from '#payments'
import { type Io, UsageError } from '../command.ts'
import { progress } from '../progress.ts'
import type { Acting } from '../staff.ts'
import { count, sum } from './words.ts'

/** `socle pay answers FILE --provider CODE`: takes what a provider answers. */
export async function payAnswers(
  { worker }: Databases,
  by: Acting,
  { file, provider, ports }: { readonly file: string; readonly provider: string; readonly ports: ProviderPorts },
  io: Io,
): Promise<void> {
  mustOpen(file)
  const read = answerPiecesOf(ports.get(provider))
  const bar = progress(io, 'Reading', 'answers')
  const answer = await transaction(worker, by('payment_run.send'), tx =>
    importAnswersFrom(tx, provider, {
      open: () => createReadStream(file, { highWaterMark: 2 ** 20 }),
      read,
      onProgress(lines) {
        io.signal.throwIfAborted()
        bar.update(lines)
      },
    }),
  )
  bar.end()
  if (!answer.ok) throw new UsageError(`${basename(file)}: ${refusalText(answer.refusal)}`)
  const { taken, lines, confirmed, returned, reversed, exceptions } = answer.value
  const brought = `${count(confirmed)} confirmed, ${count(returned)} returned, ${count(reversed)} reversed`
  io.out(`${basename(file)}: ${count(lines)} lines, ${brought}, ${count(exceptions)} for the work list.\n`)
  if (taken === 'again') io.out('This file was taken before: nothing changed.\n')
  if (exceptions > 0) io.out('socle pay exceptions shows them.\n')
}

/** `socle pay exceptions [--all]`: the work list. */
export async function payExceptions({ worker }: Databases, by: Acting, all: boolean, io: Io): Promise<void> {
  const list = await transaction(worker, by('payment_run.read'), tx => answerExceptions(tx, { all }), {
    readOnly: true,
  })
  for (const one of list) io.out(`${exceptionText(one)}\n`)
  io.out(`${count(list.length)} ${all ? 'exceptions' : 'open exceptions'}.\n`)
}

function exceptionText(one: AnswerException): string {
  const amount = one.amount === null || one.currency === null ? '' : sum(one.amount, one.currency)
  const asked = one.class === 'wrong_amount' && one.asked !== null && one.currency !== null
  const parts = [
    `${one.file}:${one.line}`,
    one.class.padEnd(12),
    one.provider,
    one.endToEndId || '(no id)',
    one.day ?? '',
    asked ? `${amount}, asked ${sum(one.asked!, one.currency!)}` : amount,
    one.reason,
  ]
  const closed = one.closedBy === null ? '' : `  closed by ${one.closedBy}: ${one.closedBecause}`
  return `${parts.filter(part => part !== '').join('  ')}${closed}`
}

/** `socle pay close FILE:LINE --why TEXT --as STAFF`. */
export async function payClose(
  { worker }: Databases,
  by: Acting,
  { exception, why }: { readonly exception: string; readonly why: string },
  io: Io,
): Promise<void> {
  const [, file, line] = /^(.+):(\d+)$/.exec(exception) ?? []
  if (file === undefined) {
    throw new UsageError(`close takes an exception as socle pay exceptions writes it, not ${exception}`)
  }
  const closed = await transaction(worker, by('payment_run.send'), tx =>
    closeException(tx, { file, line: Number(line), reason: why }),
  )
  if (!closed.ok) throw new UsageError(closingText(exception, closed.refusal))
  io.out(`${exception} is closed.\n`)
}

function mustOpen(path: string): void {
  try {
    closeSync(openSync(path, 'r'))
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`)
  }
}

function refusalText(refusal: AnswersRefusal): string {
  switch (refusal.code) {
    case 'provider_unknown':
      return `there is no provider ${refusal.provider}`
    case 'runs_not_sent':
      return `it answers to ${refusal.references.join(', ')}, which did not leave yet; say so first with socle pay sent`
    case 'not_an_answer':
      return `it is no pain.002, camt.053 or camt.054 from version 02 on; it begins with ${refusal.found}`
    case 'message_empty':
      return `it is a ${refusal.format} that says nothing`
    case 'amount_unreadable':
      return `the amount of ${refusal.endToEndId || 'a line'} is ${refusal.text} ${refusal.currency}; accepted: 500.00 of a currency in use`
    case 'encoding_not_utf8':
      return 'it is not in UTF-8'
    case 'too_large':
      return `it is larger than ${count(refusal.limit)} bytes; ask for it in several files`
    case 'too_many_elements':
      return `it has more than ${count(refusal.limit)} elements; ask for it in several files`
    case 'construct_forbidden':
      return `line ${refusal.line} has ${refusal.found}, which no answer needs and none may have`
    case 'too_deep':
    case 'tag_too_long':
      return `line ${refusal.line} goes beyond what an answer needs (${refusal.limit})`
    case 'column_missing':
      return `it has no column ${refusal.column}, which the mapping of the provider names; there are: ${refusal.known.join(', ')}`
    case 'line_unreadable':
      return refusal.column === ''
        ? `line ${refusal.line} cannot be read: ${refusal.text}`
        : `line ${refusal.line}, column ${refusal.column}: “${refusal.text}” is not what the mapping of the provider accepts there`
    case 'report_malformed':
      return `it is not what the interface of the provider answers: ${refusal.at}`
    case 'malformed':
      return `line ${refusal.line} is not XML: ${refusal.message}`
  }
}

function closingText(exception: string, refusal: ClosingRefusal): string {
  switch (refusal.code) {
    case 'exception_unknown':
      return `there is no exception ${exception}; socle pay exceptions shows those there are`
    case 'closer_not_staff':
      return 'an exception is closed by a member of staff: say who with --as'
    case 'reason_missing':
      return '--why says what was done about it'
    case 'closed_already':
      return `${exception} was closed by ${refusal.by}: ${refusal.reason}`
  }
}
