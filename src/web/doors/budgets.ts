import { type Transaction, transaction } from '#db'
import { type Currency, err, type Money, ok, parseMoney, type Result } from '#kernel'
import {
  BUDGET_CODE,
  type BudgetState,
  budgetStates,
  findBudgetLine,
  giveToBudgetLine,
  MOST_GIVEN,
  openBudgetLine,
} from '#payments'
import { actorFor, decideAccess, type Permission, requireSecondFactor, type SignedIn } from '#security'
import type { BudgetRefusal, BudgetRow, CycleDoor, SaidBudget } from '../cycle-door.ts'
import { amountOf } from './amount.ts'
import type { CycleParts } from './cycle.ts'
import { accessOf } from './reader.ts'

const WHOLE = { territory: '', programme: null, sensitivity: 'ordinary' } as const
const MOST_TEXT = 200

/** Budget lines and their envelopes, for whoever may over the whole country. */
export function budgetDoor({ app, country }: CycleParts): Pick<CycleDoor, 'budgets' | 'openBudget' | 'addToBudget'> {
  const writing = async (reader: SignedIn) => {
    const access = await accessOf(app, reader)
    const allowed = decideAccess(access.grants, WRITE, WHOLE, access.at)
    if (!allowed.ok) return err({ code: 'not_granted' as const, why: allowed.refusal })
    const factor = requireSecondFactor(reader, WRITE)
    return factor.ok ? ok(actorFor(access, WRITE)) : err({ code: 'second_factor_required' as const })
  }
  return {
    async budgets(reader) {
      const access = await accessOf(app, reader)
      if (!decideAccess(access.grants, 'budget.read', WHOLE, access.at).ok) return undefined
      const rows = await transaction(app, actorFor(access, 'budget.read'), tx => budgetStates(tx))
      return {
        rows: rows.map(budgetRow),
        currency: country.currency,
        mayWrite: decideAccess(access.grants, WRITE, WHOLE, access.at).ok,
      }
    },
    async openBudget(reader, said) {
      const by = await writing(reader)
      return by.ok ? transaction(app, by.value, tx => open(tx, country.currency, said)) : by
    },
    async addToBudget(reader, { gift: id, code, amount, why }) {
      const by = await writing(reader)
      if (!by.ok) return by
      return transaction(app, by.value, async tx => {
        const line = await findBudgetLine(tx, code)
        if (!line) return err({ code: 'line_unknown' })
        const given = envelopeOf(amount, line.currency)
        if (!given.ok) return given
        const reason = why.trim() === '' ? {} : { reason: why.trim().slice(0, MOST_TEXT) }
        const done = await giveToBudgetLine(tx, code, { id, amount: given.value.minor, ...reason })
        return done.ok ? ok(undefined) : done
      })
    },
  }
}

const WRITE: Permission = 'budget.write'

async function open(tx: Transaction, currency: Currency, said: SaidBudget): Promise<Result<undefined, BudgetRefusal>> {
  const [label, funder] = [said.label.trim(), said.funder.trim()]
  if (!BUDGET_CODE.test(said.code)) return err({ code: 'code_malformed' })
  if (label === '' || label.length > MOST_TEXT) return err({ code: 'label_missing' })
  if (funder === '' || funder.length > MOST_TEXT) return err({ code: 'funder_missing' })
  const given = envelopeOf(said.amount, currency)
  if (!given.ok) return given
  // The first gift of a line is known by its line: opening it again must not give twice.
  if (await findBudgetLine(tx, said.code)) return err({ code: 'line_exists' })
  const line = { code: said.code, label, funder, currency }
  const opened = await openBudgetLine(tx, line, { id: said.gift, amount: given.value.minor })
  return opened.ok ? ok(undefined) : opened
}

/** An amount as people write it, above nothing and below what a ledger can add up. */
function envelopeOf(text: string, currency: Currency): Result<Money, BudgetRefusal> {
  const read = parseMoney(text.replaceAll(/\s/g, '').replace(',', '.'), currency)
  if (!read.ok || read.value.minor <= 0n) return err({ code: 'amount_malformed' })
  return read.value.minor > MOST_GIVEN ? err({ code: 'amount_too_large' }) : read
}

function budgetRow({ code, label, funder, openedOn, currency, ...sums }: BudgetState): BudgetRow {
  const amount = (minor: bigint) => amountOf(minor, currency)
  const { budget, committed, sent, confirmed, returned } = sums
  return {
    code,
    label,
    funder,
    openedOn,
    budget: amount(budget),
    committed: amount(committed),
    sent: amount(sent),
    confirmed: amount(confirmed),
    returned: amount(returned),
    free: amount(budget - committed),
  }
}
