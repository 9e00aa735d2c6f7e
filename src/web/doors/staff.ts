import type { Country } from '#countries'
import type { Role, SignIn } from '#security'
import type { DemonstrationAccount, StaffDoor } from '../context.ts'
import { placeOf } from './words.ts'

/** An account of the demonstration as it was made: the only ones whose password is ever shown. */
export type ShownAccount = {
  readonly name: string
  readonly email: string
  readonly password: string
  readonly roles: readonly Role[]
  /** Code of the territory granted; empty for the whole country. */
  readonly territory: string
}

export function staffDoor(signIn: SignIn, country: Country, shown: readonly ShownAccount[]): StaffDoor {
  const accounts: DemonstrationAccount[] = shown.map(({ name, email, password, roles, territory }) => ({
    name,
    email,
    password,
    roles,
    territories: territory === '' ? [country.name] : placeOf(country, territory),
  }))
  const { openAccount: _, close: __, ...door } = signIn
  return {
    ...door,
    demonstration: async () => accounts,
  }
}
