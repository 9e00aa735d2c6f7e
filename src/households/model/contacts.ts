import { type Draws, topic } from './draws.ts'
import type { Contacts } from './model-file.ts'
import type { Making, Person } from './person.ts'
import { type WeightedByWealth, weightedByWealth } from './weighted.ts'

/** How the recipient is paid: `id` is the account number (24 digits with its key), the phone of the wallet, or null for cash. */
export type ModelledAccount =
  | { readonly kind: 'bank' | 'mobile_money'; readonly id: string }
  | { readonly kind: 'cash'; readonly id: null }

const T = {
  wife: topic('recipient is the wife'),
  phone: topic('phone number'),
  account: topic('account kind'),
  number: topic('account number'),
}

/** The place, among the household's people, of the one who receives. */
export function recipientOf(data: Contacts['recipient'], making: Making): number {
  const wife = making.people.findIndex(person => person.relation === 'spouse' && person.sex === 'female')
  return wife > 0 && making.draws.chance(data.wife[making.area], T.wife) ? wife : 0
}

/** A number in the country's form that nobody can have: see the model's `phones`. */
export function phoneOf(data: Contacts['phones'], draws: Draws, person: Person): string {
  const high = draws.below(10_000, T.phone, person.slot)
  const low = draws.below(10_000, T.phone, person.slot + 64)
  return data.prefix + digits(high * 10_000 + low, 8).slice(8 - data.digits)
}

export type Banker = (making: Making, phone: string | undefined) => ModelledAccount

export function banker(data: Contacts['accounts']): Banker {
  const kinds: Record<'urban' | 'rural', WeightedByWealth> = {
    urban: weightedByWealth(data.of.urban),
    rural: weightedByWealth(data.of.rural),
  }
  return (making, phone) => {
    const kind = kinds[making.area](making.draws, making.wealth, T.account)
    if (kind === 'bank') return { kind, id: accountNumber(data.bank_code, making.draws) }
    if (kind === 'mobile_money' && phone !== undefined) return { kind, id: phone }
    return { kind: 'cash', id: null }
  }
}

/** Bank, town, account and key: 97 less the remainder of the other 22 digits (with two zeros) by 97. */
function accountNumber(bank: string, draws: Draws): string {
  const town = digits(draws.below(1000, T.number, 0), 3)
  const left = digits(draws.below(100_000_000, T.number, 1), 8)
  const right = digits(draws.below(100_000_000, T.number, 2), 8)
  let remainder = 0
  for (const piece of [bank + town, left, right]) remainder = Number(`${remainder}${piece}`) % 97
  return bank + town + left + right + digits(97 - ((remainder * 100) % 97), 2)
}

function digits(value: number, length: number): string {
  return value.toString().padStart(length, '0')
}
