import { type Databases, transaction } from '#db'
import { type DateText, isCurrency, moneyText, newId, parseId, parseMoney } from '#kernel'
import { agreeToLimit, listLimits, sayLimit } from '#payments'
import { isRole, rolesThatPermit } from '#security'
import { type Io, UsageError } from '../command.ts'
import { required } from '../options.ts'
import type { Acting } from '../staff.ts'
import { refusalText, sum } from './words.ts'

export type LimitOptions = { readonly amount: string | undefined; readonly currency: string | undefined }

/** `socle pay limit`: ROLE says one, `agree LIMIT` agrees to it, and nothing lists them. */
export async function payLimit(
  { app }: Databases,
  acting: Acting,
  [word, id]: readonly string[],
  asked: LimitOptions & { readonly from: DateText },
  io: Io,
): Promise<void> {
  if (word === undefined) {
    const limits = await transaction(app, acting('payment_run.read'), listLimits, { readOnly: true })
    if (limits.length === 0) io.out('No role has a limit: whoever approves runs approves any sum.\n')
    for (const { id, role, currency, amount, from, agreed } of limits) {
      const state = agreed
        ? `from ${from}`
        : `from ${from}, once somebody else agrees: socle pay limit agree ${id} --as …`
      io.out(`${role}  ${sum(amount, currency)}  ${state}\n`)
    }
    return
  }
  const by = acting('staff.grant')
  if (word === 'agree') {
    const limit = parseId<'approval-limit'>(id ?? '')
    if (limit === undefined) throw new UsageError('limit agree takes the id of a limit; socle pay limit shows them')
    const agreed = await transaction(app, by, tx => agreeToLimit(tx, limit))
    if (!agreed.ok) throw new UsageError(refusalText(agreed.refusal))
    io.out(`Limit ${limit} is agreed to.\n`)
    return
  }
  if (!isRole(word)) {
    const roles = rolesThatPermit('payment_run.approve')
    throw new UsageError(refusalText({ code: 'role_approves_nothing', role: word, roles }))
  }
  const currency = asked.currency ?? 'MAD'
  if (!isCurrency(currency)) throw new UsageError(`--currency takes a currency such as MAD or XOF, not ${currency}`)
  const text = required(asked.amount, 'amount', '5000000.00')
  const read = parseMoney(text, currency)
  if (!read.ok || read.value.minor < 0n) throw new UsageError(`--amount takes a sum such as 5000000.00, not ${text}`)
  const money = read.value
  const limit = { id: newId<'approval-limit'>(), role: word, currency, amount: money.minor, from: asked.from }
  const said = await transaction(app, by, tx => sayLimit(tx, limit))
  if (!said.ok) throw new UsageError(refusalText(said.refusal))
  io.out(`${word} is to approve up to ${moneyText(money)} ${currency} from ${asked.from}, once somebody else agrees:\n`)
  io.out(`Next: socle pay limit agree ${limit.id} --as SOMEBODY-ELSE\n`)
}
