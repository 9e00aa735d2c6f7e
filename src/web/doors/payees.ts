import type { Country } from '#countries'
import type { Database, Transaction } from '#db'
import type { Id } from '#kernel'
import { accountHistory, listProviders, sayAccount, seeAccount } from '#payments'
import { type PersonState, statesOf } from '#population'
import { decideAccess, type Permission } from '#security'
import type { PayeeDoor, PayeePage } from '../payee-door.ts'
import { nameOf } from './household.ts'
import { householdsOf } from './person.ts'
import { accessOf, openWith, readAs } from './reader.ts'
import { todayIn } from './today.ts'
import { placeOf } from './words.ts'

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
        return state && sayAccount(tx, state, said, await todayIn(tx, country))
      }),
    verifyAccount: (reader, person, said) =>
      readAs(app, reader, 'payee_account.verify', async tx => {
        const state = await standing(tx, country, person)
        if (!state) return undefined
        return seeAccount(tx, state, said, await todayIn(tx, country))
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
