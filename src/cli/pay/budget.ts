import { type Actor, type Databases, transaction } from '#db'
import { type Currency, isCurrency, type Money, newId, parseMoney } from '#kernel'
import {
  BUDGET_CODE,
  budgetStates,
  findBudgetLine,
  giveToBudgetLine,
  MOST_GIVEN,
  openBudgetLine,
  trialBalance,
} from '#payments'
import { type Io, UsageError } from '../command.ts'
import { required } from '../options.ts'
import type { Acting } from '../staff.ts'
import { refusalText, sum } from './words.ts'

export type BudgetOptions = {
  readonly amount: string | undefined
  readonly currency: string | undefined
  readonly funder: string | undefined
  readonly label: string | undefined
  readonly why: string | undefined
}

/** `socle pay budget …`: open CODE, add CODE, CODE, or nothing for the list. */
export async function payBudget(
  { app }: Databases,
  acting: Acting,
  words: readonly string[],
  options: BudgetOptions,
  io: Io,
) {
  const [verb, code] = words
  if (verb === 'open' || verb === 'add') {
    if (code === undefined) throw new UsageError(`budget ${verb} takes the code of the line, such as ASD-2026`)
    const by = acting('budget.write')
    if (verb === 'open') await open(app, by, code, options)
    else await add(app, by, code, options)
    await showLine(app, by, code, io)
  } else if (verb === undefined) await showLines(app, acting('budget.read'), io)
  else await showLine(app, acting('budget.read'), verb, io)
}

type App = Databases['app']

async function open(app: App, by: Actor, code: string, options: BudgetOptions): Promise<void> {
  const currency = options.currency ?? 'MAD'
  if (!isCurrency(currency)) throw new UsageError(`--currency takes a currency such as MAD or XOF, not ${currency}`)
  if (!BUDGET_CODE.test(code)) {
    throw new UsageError(`${code} cannot be a code: at most 40 letters, digits, dots, slashes and dashes`)
  }
  const amount = amountOf(options.amount, currency)
  const line = {
    code,
    funder: required(options.funder, 'funder', '"Budget général"'),
    label: required(options.label, 'label', '"Direct social assistance"'),
    currency,
  }
  await transaction(app, by, async tx => {
    // The first gift of a line is known by its line: opening it again must not give twice.
    if (await findBudgetLine(tx, code))
      throw new UsageError(`budget line ${code} is open; add to it with socle pay budget add ${code}`)
    const opened = await openBudgetLine(tx, line, { id: newId(), amount: amount.minor })
    if (!opened.ok) throw new UsageError(refusalText(opened.refusal))
  })
}

async function add(app: App, by: Actor, code: string, options: BudgetOptions): Promise<void> {
  await transaction(app, by, async tx => {
    const line = await findBudgetLine(tx, code)
    if (!line) throw new UsageError(refusalText({ code: 'budget_line_unknown', budgetLine: code }))
    const amount = amountOf(options.amount, line.currency)
    if (options.why?.trim() === '')
      throw new UsageError('--why takes some words, such as "second half of 2026", or is left out')
    const reason = options.why === undefined ? {} : { reason: options.why }
    const given = await giveToBudgetLine(tx, code, { id: newId(), amount: amount.minor, ...reason })
    if (!given.ok) throw new UsageError(refusalText(given.refusal))
  })
}

function amountOf(text: string | undefined, currency: Currency): Money {
  const given = required(text, 'amount', '29000000.00')
  const amount = parseMoney(given, currency)
  if (!amount.ok)
    throw new UsageError(
      `--amount takes an amount of ${currency} such as ${currency === 'XOF' ? '25000' : '25000.00'}, not ${given}`,
    )
  if (amount.value.minor > MOST_GIVEN) throw new UsageError(`--amount takes at most ${sum(MOST_GIVEN, currency)}`)
  return amount.value
}

async function showLines(app: App, by: Actor, io: Io): Promise<void> {
  const lines = await transaction(app, by, tx => budgetStates(tx), { readOnly: true })
  if (lines.length === 0) io.out('No budget line is open; see socle help pay.\n')
  for (const { code, label, currency, budget, committed } of lines) {
    io.out(
      `${code.padEnd(20)} ${sum(budget, currency).padStart(22)}, ${sum(budget - committed, currency)} free  ${label}\n`,
    )
  }
}

async function showLine(app: App, by: Actor, code: string, io: Io): Promise<void> {
  const [state, accounts] = await transaction(
    app,
    by,
    async tx => [(await budgetStates(tx, [code]))[0], await trialBalance(tx, { budgetLine: code })] as const,
    { readOnly: true },
  )
  if (!state) throw new UsageError(refusalText({ code: 'budget_line_unknown', budgetLine: code }))
  const { currency } = state
  io.out(`${code}: ${state.label}, given by ${state.funder}\n`)
  for (const part of ['budget', 'committed', 'sent', 'confirmed'] as const) {
    io.out(`  ${part.padEnd(10)} ${sum(state[part], currency).padStart(22)}\n`)
  }
  io.out('\n  account                                     debits                 credits\n')
  for (const { kind, purpose, provider, debits, credits } of accounts) {
    const name = [kind, purpose, provider].filter(part => part !== null).join(' ')
    io.out(`  ${name.padEnd(28)} ${sum(debits, currency).padStart(22)}  ${sum(credits, currency).padStart(22)}\n`)
  }
  const total = (side: 'debits' | 'credits') =>
    sum(
      accounts.reduce((all, row) => all + row[side], 0n),
      currency,
    )
  io.out(`  ${'total'.padEnd(28)} ${total('debits').padStart(22)}  ${total('credits').padStart(22)}\n`)
}
