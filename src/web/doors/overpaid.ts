import type { Country } from '#countries'
import type { Database } from '#db'
import { findHouseholdFile } from '#households'
import { type Currency, err, parseMoney } from '#kernel'
import { overpaymentsOf, owedChangesOf, proposeSettlement } from '#programmes'
import type { OverpaidDoor, SettledRow } from '../overpaid-door.ts'
import { amountOf } from './amount.ts'
import { mayIn, opened } from './household.ts'
import { accessOf, openWith, readWith } from './reader.ts'
import { todayIn } from './today.ts'
import { wordsOf } from './words.ts'

/** What a household holds without a right to it, and what two persons make of it. */
export function overpaidDoor(app: Database, country: Country): OverpaidDoor {
  const named = (pack: string) => country.book.packs.get(pack)?.names ?? wordsOf(pack)
  return {
    overpaidPage: async (reader, household) => {
      const access = await accessOf(app, reader)
      return openWith(app, access, 'determination.read', async tx => {
        const file = await findHouseholdFile(tx, household)
        if (file?.country !== country.code) return undefined
        const rows = await overpaymentsOf(tx, household)
        const changes = await owedChangesOf(tx, household)
        const value = {
          household,
          sourceId: file.sourceId,
          today: await todayIn(tx, country),
          rows: rows.map(({ pack, month, currency, outstandingMinor, heldMinor }) => ({
            pack,
            name: named(pack),
            month,
            outstanding: amountOf(outstandingMinor, currency),
            held: amountOf(heldMinor, currency),
          })),
          settled: changes.flatMap((each, index): SettledRow[] => {
            const { kind, pack, month, amountMinor, currency, reason, receivedOn, receipt, at } = each
            if (kind !== 'refunded' && kind !== 'written_off') return []
            const amount = amountOf(amountMinor, currency)
            const told = { name: named(pack), month, amount, receivedOn, receipt, at: at.toISOString() }
            return [{ key: String(index), what: kind, reason: reason ?? '', ...told }]
          }),
          mayDecide: mayIn(access, 'enrolment.decide', file.territory),
        }
        return { value, act: opened(file, 'what was overpaid') }
      })
    },
    proposeSettlement: async (reader, { amount, ...said }) => {
      const currency = country.book.packs.get(said.pack)?.currency as Currency | undefined
      const typed = currency ? parseMoney(amount.replaceAll(/\s/g, '').replace(',', '.'), currency) : undefined
      if (!typed?.ok) return err({ code: 'amount_malformed' })
      const access = await accessOf(app, reader)
      return readWith(app, access, 'enrolment.decide', async tx => {
        const file = await findHouseholdFile(tx, said.household)
        if (file?.country !== country.code) return err({ code: 'not_granted' })
        return proposeSettlement(tx, { ...said, amountMinor: typed.value.minor }, await todayIn(tx, country))
      })
    },
  }
}
