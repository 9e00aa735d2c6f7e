import type { Country } from '#countries'
import { anonymous, type Database, type Transaction, transaction } from '#db'
import { err, newId, ok } from '#kernel'
import type { Notice } from '#messaging'
import { notify } from '#messaging'
import {
  askPhoneCode,
  checkDetails,
  confirmPhoneCode,
  type DetailFault,
  homePhone,
  isCodeAwaited,
  openPreRegistration,
  type PersonDetails,
  shownPhone,
} from '#population'
import { birthOf } from '../birth-fields.ts'
import { subscriberOf } from '../client-address.ts'
import type { PreRegistrationDoor, SaidFault, SaidField, SaidOfOneself } from '../pre-registration.ts'
import { cookieIn, cookieText } from './cookies.ts'
import { NOTHING_KNOWN } from './nothing-known.ts'
import { todayIn } from './today.ts'
import { placeOf } from './words.ts'

export type PreRegistrationParts = {
  readonly app: Database
  readonly country: Country
  /** Sends what somebody waits for. */
  readonly tell: (notice: Notice) => Promise<void>
  readonly secure: boolean
  readonly demonstration: boolean
}

const CHALLENGE = 'socle-registration'

export function preRegistrationDoor(parts: PreRegistrationParts): PreRegistrationDoor {
  const { app, country, tell, secure, demonstration } = parts
  const { territories } = country
  const cookie = (value: string) => cookieText(CHALLENGE, value, secure)
  return {
    demonstration,
    async ask({ phone: typed, client, language }) {
      // A code goes to any telephone of the country, and to none abroad.
      const phone = homePhone(typed, country.code)
      if (phone === undefined) return err({ code: 'phone_malformed' })
      const asked = await transaction(app, anonymous, tx =>
        askPhoneCode(tx, {
          purpose: 'pre_registration',
          asker: subscriberOf(client),
          subject: phone,
          phone,
          person: null,
          isSent: true,
        }),
      )
      if (!asked.ok) return asked
      const { code, challenge } = asked.value
      await tell({ key: `phone_code ${newId()}`, to: { phone }, kind: 'phone_code', values: { code }, language })
      return ok({ cookies: [cookie(challenge)] })
    },
    awaited: headers => transaction(app, anonymous, tx => isCodeAwaited(tx, cookieIn(headers, CHALLENGE))),
    enter: (headers, typed) =>
      transaction(app, anonymous, async tx => {
        const challenge = cookieIn(headers, CHALLENGE)
        const entered = await confirmPhoneCode(tx, { purpose: 'pre_registration', asker: null, challenge, typed })
        return entered.ok ? ok(undefined) : entered
      }),
    shown: headers =>
      transaction(app, anonymous, async tx => {
        const shown = await shownPhone(tx, cookieIn(headers, CHALLENGE))
        return shown && { phone: shown.phone, reference: shown.reference ?? undefined }
      }),
    check: said => transaction(app, anonymous, async tx => (await checkedIn(tx, country, said)).faults),
    save: (headers, language, said) =>
      transaction(app, anonymous, async tx => {
        const shown = await shownPhone(tx, cookieIn(headers, CHALLENGE))
        if (!shown) return err({ code: 'phone_not_shown' })
        const { details, faults } = await checkedIn(tx, country, said)
        if (!details || faults.length > 0) return err({ code: 'faulty' })
        const { territory, givenName, familyName, givenNameAr, familyNameAr, sex, birthDate, birthPrecision } = details
        const reference = await openPreRegistration(tx, shown, country.code, language, {
          territory,
          givenName,
          familyName,
          givenNameAr,
          familyNameAr,
          sex,
          birthDate,
          birthPrecision,
        })
        await notify(tx, [
          {
            key: `registration_received ${shown.id}`,
            to: { phone: shown.phone },
            kind: 'registration_received',
            values: { reference },
            language,
          },
        ])
        return ok({ reference })
      }),
    leave: () => [cookie('')],
    regions: () => territories.childrenOf().map(({ code, name }) => ({ code, name })),
    placesOf: region => placesWithin(country, region),
    placePath: code => placeOf(country, code),
  }
}

/** The smallest places of a region, by the place that they lie in; a region without any is a place itself. */
function placesWithin({ territories }: Country, region: string) {
  const root = territories.find(region)
  if (!root || root.parent !== undefined) return []
  const children = territories.childrenOf(region)
  const groups = children.map(child => {
    const below = territories.childrenOf(child.code)
    return { within: child.name, places: below.length > 0 ? below : [child] }
  })
  const alone = groups.every(({ places }, at) => places[0] === children[at])
  const all = alone ? [{ within: root.name, places: children.length > 0 ? children : [root] }] : groups
  return all.map(({ within, places }) => ({ within, places: places.map(({ code, name }) => ({ code, name })) }))
}

const FIELDS: Partial<Record<DetailFault['field'], SaidField>> = {
  givenName: 'given_name',
  familyName: 'family_name',
  givenNameAr: 'given_name_ar',
  familyNameAr: 'family_name_ar',
  birthDate: 'birth',
  birthPrecision: 'birth',
  sex: 'sex',
  territory: 'territory',
}

async function checkedIn(
  tx: Transaction,
  country: Country,
  said: SaidOfOneself,
): Promise<{ readonly details: PersonDetails | undefined; readonly faults: readonly SaidFault[] }> {
  const born = birthOf(said)
  const today = await todayIn(tx, country)
  const checked = checkDetails(
    {
      ...NOTHING_KNOWN,
      territory: said.territory,
      givenName: said.given_name,
      familyName: said.family_name,
      givenNameAr: said.given_name_ar,
      familyNameAr: said.family_name_ar,
      sex: said.sex === 'female' || said.sex === 'male' ? said.sex : null,
      ...(born ?? { birthDate: null, birthPrecision: null }),
    },
    { country: country.code, today, isTerritory: code => isSmallest(country, code) },
  )
  const faults = checked.ok
    ? []
    : checked.refusal.flatMap(({ field, code }) => {
        const own = FIELDS[field]
        return own ? [{ field: own, code } as SaidFault] : []
      })
  const missing: SaidFault[] = [
    ...(said.sex === 'female' || said.sex === 'male' ? [] : [{ field: 'sex', code: 'sex_missing' } as const]),
    ...(born === undefined ? [{ field: 'birth', code: 'date_malformed' } as const] : []),
    ...(born?.birthDate === null ? [{ field: 'birth', code: 'birth_missing' } as const] : []),
  ]
  return { details: checked.ok ? checked.value : undefined, faults: [...faults, ...missing] }
}

function isSmallest({ territories }: Country, code: string): boolean {
  return territories.find(code) !== undefined && territories.childrenOf(code).length === 0
}
