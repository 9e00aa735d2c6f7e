import type { Country } from '#countries'
import { type Database, type RepeatedTask, transaction, workerActor } from '#db'
import type { Id } from '#kernel'
import { type Notice, notify } from '#messaging'
import { type AccountChange, takeAccountChanges } from '#payments'
import { phonesToReach } from '#population'

const actor = workerActor('accounts')
const MINUTE = 60_000
const AT_ONCE = 1_000

/** The worker's round of changed accounts: their payees are told, within a minute of the change. */
export function tellingAccountChanges(country: Country): RepeatedTask {
  return { pauseMs: MINUTE, run: worker => tellAccountChanges(worker, country) }
}

/**
 * Tells payees that the account on which they are paid was changed: at the telephone of the register, and at the wallet that was
 * replaced where that is another, since whoever changes an account to steal a payment may have changed the telephone first. Once,
 * whatever is killed: a change is taken and its messages queued in one transaction. Answers how many payees were told.
 */
export async function tellAccountChanges(worker: Database, country: Country): Promise<number> {
  let told = 0
  for (;;) {
    const round = await transaction(worker, actor, async tx => {
      const { seen, changes } = await takeAccountChanges(tx, AT_ONCE)
      const persons = [...new Set(changes.map(change => change.payeeId as Id<'Person'>))]
      const phones = persons.length > 0 ? await phonesToReach(country.code)(tx, persons) : new Map<string, string>()
      await notify(
        tx,
        changes.flatMap(change => noticesOf(country, change, phones.get(change.payeeId))),
      )
      return { seen, told: changes.length }
    })
    told += round.told
    if (round.seen < AT_ONCE) return told
  }
}

function noticesOf(country: Country, change: AccountChange, phone: string | undefined): Notice[] {
  const to = { person: change.payeeId as Id<'Person'>, territory: change.territory }
  const about = { kind: 'account_changed', values: {}, language: country.languages[0]! } as const
  const key = `account_changed ${change.account}`
  const notices: Notice[] = [{ ...about, key, to }]
  const { oldWallet } = change
  if (oldWallet !== undefined && oldWallet !== phone) {
    notices.push({ ...about, key: `${key} before`, to: { ...to, phone: oldWallet } })
  }
  return notices
}
