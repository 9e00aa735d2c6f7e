import type { Country } from '#countries'
import { type Database, transaction } from '#db'
import { type DateText, err, ok, parseDate, parseId, parseMoney } from '#kernel'
import { agreeToLimit, listLimits, type SaidLimit, sayLimit } from '#payments'
import {
  actorFor,
  decideAccess,
  isRole,
  type Permission,
  requireSecondFactor,
  rolesThatPermit,
  type SignedIn,
} from '#security'
import type { LimitDoor, LimitRow, LimitState } from '../limit-door.ts'
import { amountOf } from './amount.ts'
import { accessOf } from './reader.ts'
import { todayIn } from './today.ts'

const WHOLE = { territory: '', programme: null, sensitivity: 'ordinary' } as const
const GIVE: Permission = 'staff.grant'

/** Limits of approval, for who reads the roles of the whole country; said and agreed to by who gives roles there. */
export function limitDoor(app: Database, country: Country): LimitDoor {
  const giving = async (reader: SignedIn) => {
    const access = await accessOf(app, reader)
    const allowed = decideAccess(access.grants, GIVE, WHOLE, access.at)
    if (!allowed.ok) return err({ code: 'not_granted' as const, why: allowed.refusal })
    const factor = requireSecondFactor(reader, GIVE)
    return factor.ok ? ok(actorFor(access, GIVE)) : err({ code: 'second_factor_required' as const })
  }
  return {
    async limits(reader) {
      const access = await accessOf(app, reader)
      if (!decideAccess(access.grants, 'staff.read', WHOLE, access.at).ok) return undefined
      return transaction(app, actorFor(access, 'staff.read'), async tx => {
        const today = await todayIn(tx, country)
        return {
          rows: limitRows(await listLimits(tx), today),
          roles: rolesThatPermit('payment_run.approve'),
          currency: country.currency,
          today,
          maySay: decideAccess(access.grants, GIVE, WHOLE, access.at).ok,
        }
      })
    },
    async sayLimit(reader, said) {
      const by = await giving(reader)
      if (!by.ok) return by
      const roles = rolesThatPermit('payment_run.approve')
      if (!isRole(said.role)) return err({ code: 'role_approves_nothing', role: said.role, roles })
      const read = parseMoney(said.amount.replaceAll(/\s/g, '').replace(',', '.'), country.currency)
      if (!read.ok || read.value.minor < 0n || read.value.minor > MOST) return err({ code: 'amount_malformed' })
      const from = parseDate(said.from)
      if (from === undefined) return err({ code: 'day_malformed' })
      const limit = { id: said.id, role: said.role, currency: country.currency, amount: read.value.minor, from }
      return transaction(app, by.value, async tx =>
        from < (await todayIn(tx, country)) ? err({ code: 'day_past' as const }) : sayLimit(tx, limit),
      )
    },
    async agreeToLimit(reader, limit) {
      const by = await giving(reader)
      if (!by.ok) return by
      const id = parseId<'approval-limit'>(limit)
      if (!id) return err({ code: 'limit_unknown', limit })
      return transaction(app, by.value, tx => agreeToLimit(tx, id))
    },
  }
}

/** Minor units: what a column of the database holds, with room to spare. */
const MOST = 10n ** 16n

/** Each limit with what it is today; they come by role and currency, the latest first. */
function limitRows(limits: readonly SaidLimit[], today: DateText): LimitRow[] {
  const standing = new Set<string>()
  return limits.map(({ id, role, currency, amount, from, agreed, own }) => {
    const key = `${role} ${currency}`
    const state: LimitState = !agreed ? 'waiting' : from > today ? 'to_come' : standing.has(key) ? 'past' : 'in_force'
    if (state === 'in_force') standing.add(key)
    return { id, role, amount: amountOf(amount, currency), from, state, own }
  })
}
