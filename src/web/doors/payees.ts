import type { Country } from '#countries'
import type { Database, Transaction } from '#db'
import { type DateText, err, type Id, ok, parseDate, type Result } from '#kernel'
import {
  accountHistory,
  listProviders,
  type PayeeAccount,
  parseAccountNumber,
  payeeAccountsOf,
  recordPayeeAccounts,
  verificationMeans,
  verifyAccount,
} from '#payments'
import { type PersonState, statesOf } from '#population'
import { appendAudit, decideAccess, type Permission } from '#security'
import type { PayeeDoor, PayeePage, RecordingRefusal, SaidAccount } from '../payee-door.ts'
import { nameOf } from './household.ts'
import { householdsOf } from './person.ts'
import { accessOf, openWith, readAs } from './reader.ts'
import { todayIn } from './today.ts'
import { placeOf } from './words.ts'

const LATEST_DAYS = 366

/** Where persons are paid: read with what is paid to them, recorded and verified by two, each where the person lives. */
export function payeeDoor(app: Database, country: Country, coolingDays: number): PayeeDoor {
  return {
    async payee(reader, person) {
      const access = await accessOf(app, reader)
      return openWith(app, access, 'payment.read', async tx => {
        const state = await standing(tx, country, person)
        if (!state) return undefined
        const to = { territory: state.territory, programme: null, sensitivity: 'ordinary' } as const
        const may = (permission: Permission) => decideAccess(access.grants, permission, to, access.at).ok
        const value = {
          ...(await readPayee(tx, country, state, coolingDays)),
          mayWrite: may('payee_account.write'),
          mayVerify: may('payee_account.verify'),
        }
        return {
          value,
          act: {
            action: 'payee_account.read',
            subject: { kind: 'person', id: person },
            territory: state.territory,
            purpose: 'payment: accounts of a payee',
          },
        }
      })
    },
    recordAccount: (reader, person, said) =>
      readAs(app, reader, 'payee_account.write', async tx => {
        const state = await standing(tx, country, person)
        return state && record(tx, state, said, await todayIn(tx, country))
      }),
    verifyAccount: (reader, person, { account, means: said }) =>
      readAs(app, reader, 'payee_account.verify', async tx => {
        const state = await standing(tx, country, person)
        if (!state) return undefined
        const means = verificationMeans.find(each => each === said)
        if (means === undefined) return err({ code: 'means_unknown' })
        const today = await todayIn(tx, country)
        const own = (await payeeAccountsOf(tx, [person], today)).some(each => each.id === account)
        if (!own) return err({ code: 'account_unknown', account })
        const verified = await verifyAccount(tx, { account, means })
        return verified.ok ? ok(undefined) : verified
      }),
  }
}

async function standing(tx: Transaction, country: Country, id: Id<'Person'>): Promise<PersonState | undefined> {
  const [state] = await statesOf(tx, id)
  return state?.country === country.code && state.supersededAt === null ? state : undefined
}

async function readPayee(
  tx: Transaction,
  country: Country,
  state: PersonState,
  coolingDays: number,
): Promise<Omit<PayeePage, 'mayWrite' | 'mayVerify'>> {
  const today = await todayIn(tx, country)
  const accounts = await accountHistory(tx, state.id, { day: today, coolingDays })
  const providers = await listProviders(tx)
  return {
    id: state.id,
    name: nameOf(state),
    territory: placeOf(country, state.territory),
    households: await householdsOf(tx, state.id),
    accounts: accounts.map(({ recordedAt, verified, ...row }) => ({
      ...row,
      recordedAt: recordedAt.toISOString(),
      verified: verified === null ? undefined : { ...verified, at: verified.at.toISOString() },
    })),
    providers: providers.map(({ code, name, kind }) => ({ code, name, kind })),
    today,
    coolingDays,
  }
}

async function record(
  tx: Transaction,
  { id: payeeId, territory }: PersonState,
  said: SaidAccount,
  today: DateText,
): Promise<Result<undefined, RecordingRefusal>> {
  const provider = (await listProviders(tx)).find(each => each.code === said.provider)
  if (!provider && said.provider !== 'closed') return err({ code: 'provider_unknown' })
  const kind = provider?.kind ?? 'closed'
  const number = parseAccountNumber(kind, said.number)
  if (!number.ok) return err({ account: said.id, ...number.refusal })
  const validFrom = parseDate(said.from)
  if (validFrom === undefined) return err({ code: 'day_malformed' })
  if (validFrom < today) return err({ code: 'day_past' })
  const last = Temporal.PlainDate.from(today).add({ days: LATEST_DAYS }).toString()
  if (validFrom > last) return err({ code: 'day_too_far' })
  const account = { id: said.id, payeeId, territory, kind, provider: provider?.code ?? null } as const
  const earlier = await payeeAccountsOf(tx, [payeeId], validFrom)
  // Sent twice, it is one account.
  if (earlier.some(each => each.id === said.id)) return ok(undefined)
  const stands = earlier.find(each => each.inForce)
  const same = stands?.kind === kind && stands.provider === account.provider && stands.number === number.value
  if (same) return err({ code: 'nothing_changes' })
  const made: PayeeAccount = { ...account, number: said.number, validFrom }
  const recorded = await recordPayeeAccounts(tx, [made])
  if (recorded.ok) {
    await appendAudit(tx, {
      action: 'payee_account.change',
      subject: { kind: 'person', id: payeeId },
      territory,
      purpose: 'payment: payees say where they are paid',
      detail: { account: said.id, kind, provider: provider?.code ?? null, from: validFrom },
    })
    return ok(undefined)
  }
  const { refusal } = recorded
  if (refusal.code === 'provider_missing' || refusal.code === 'provider_not_needed')
    throw new Error(`account ${said.id}: ${refusal.code} of ${said.provider}`)
  return err(refusal)
}
