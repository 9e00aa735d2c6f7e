import type { Country } from '#countries'
import { type Database, transaction, workerActor } from '#db'
import {
  analyzeRegister,
  countHouseholds,
  type HouseholdModel,
  type ModelledHousehold,
  modelHouseholds,
  recipientsOf,
  registerHouseholds,
} from '#households'
import { type DateText, newId } from '#kernel'
import { type PayeeAccount, recordPayeeAccounts } from '#payments'
import { PROVIDERS, registerProviders } from './providers.ts'
import { settled } from './settled.ts'

const BATCH = 2000
const actor = workerActor('demonstration')

export type Generated = {
  readonly country: Country
  readonly model: HouseholdModel
  readonly households: number
  readonly seed: number
}

/** Modelled households are a source of their own, by seed: never mistaken for people, and known again when asked again. */
function sourceOf(seed: number): string {
  return `modelled-${seed}`
}

/**
 * Registers households 0 to N - 1 of a seed with the accounts on which they are paid, batch by batch, each in one
 * transaction. What stands already is passed over, so that an interrupted generation goes on where it stopped.
 */
export async function generateHouseholds(
  worker: Database,
  { country, model, households, seed }: Generated,
  options: { readonly onProgress: (done: number, total: number) => void; readonly signal: AbortSignal },
): Promise<void> {
  await registerProviders(worker)
  const source = sourceOf(seed)
  const standing = await transaction(worker, actor, tx => countHouseholds(tx, country.code, source))
  for (let from = Math.floor(standing / BATCH) * BATCH; from < households; from += BATCH) {
    options.signal.throwIfAborted()
    options.onProgress(from, households)
    const batch = [...modelHouseholds(model, { seed, from, to: Math.min(households, from + BATCH) })]
    await transaction(worker, actor, async tx => {
      const provenance = {
        country: country.code,
        source,
        channel: 'generated',
        actor: actor.name,
        effectiveOn: declaredOn(model),
        modelled: true,
        head: country.catalogue.head,
      } as const
      const { registered } = await registerHouseholds(tx, provenance, batch)
      if (registered === 0) return
      const recipients = await recipientsOf(tx, {
        country: country.code,
        source,
        sourceIds: batch.map(each => each.sourceId),
      })
      const byId = new Map(batch.map(each => [each.sourceId, each]))
      const accounts = recipients.map(recipient => {
        const household = byId.get(recipient.sourceId) as ModelledHousehold
        return accountOf(household, recipient.person, recipient.territory, declaredOn(model))
      })
      settled(await recordPayeeAccounts(tx, accounts))
    })
  }
  options.onProgress(households, households)
  await transaction(worker, actor, tx => analyzeRegister(tx))
}

/** The day on which modelled households declared themselves: that of the model. */
export function declaredOn(model: HouseholdModel): DateText {
  return model.files.population.as_of.date as DateText
}

function accountOf(
  { account }: ModelledHousehold,
  payeeId: string,
  territory: string,
  validFrom: DateText,
): PayeeAccount {
  const kind = account.kind === 'mobile_money' ? 'mobile' : account.kind
  return { id: newId(), payeeId, territory, kind, provider: PROVIDERS[kind].code, number: account.id ?? '', validFrom }
}
