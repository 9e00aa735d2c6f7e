import type { Language, Result, Words } from '#kernel'
import type { PhoneCodeRefusal } from '#population'
import type { CodeRequestRefusal } from '#security'
import type { BirthAnswers } from './birth-fields.ts'

/** What the pages of pre-registration ask. There are none where nothing carries messages. */
export type PreRegistrationDoor = {
  /** Sends a code to any telephone of the country, whoever has it. */
  readonly ask: (asked: {
    readonly phone: string
    readonly client: string
    readonly language: Language
  }) => Promise<
    Result<{ readonly cookies: readonly string[] }, { readonly code: 'phone_malformed' } | CodeRequestRefusal>
  >
  readonly awaited: (headers: Headers) => Promise<boolean>
  readonly enter: (headers: Headers, code: string) => Promise<Result<undefined, PhoneCodeRefusal>>
  /** The telephone that this browser has shown to hold, and what was made of it; undefined where it has shown none. */
  readonly shown: (
    headers: Headers,
  ) => Promise<{ readonly phone: string; readonly reference: string | undefined } | undefined>
  /** Everything wrong with what was said, in the order of the form. */
  readonly check: (said: SaidOfOneself) => Promise<readonly SaidFault[]>
  readonly save: (
    headers: Headers,
    language: Language,
    said: SaidOfOneself,
  ) => Promise<
    Result<{ readonly reference: string }, { readonly code: 'phone_not_shown' } | { readonly code: 'faulty' }>
  >
  readonly leave: () => readonly string[]
  readonly regions: () => readonly Place[]
  /** The smallest places of a region, by what they lie in. */
  readonly placesOf: (region: string) => readonly { readonly within: Words; readonly places: readonly Place[] }[]
  readonly placePath: (code: string) => readonly Words[]
  readonly demonstration: boolean
}

export type Place = { readonly code: string; readonly name: Words }

/** What a form of the page says, as it was sent. */
export type SaidOfOneself = BirthAnswers & {
  readonly given_name: string
  readonly family_name: string
  readonly given_name_ar: string
  readonly family_name_ar: string
  readonly sex: string
  readonly territory: string
}

export type SaidField =
  | 'given_name'
  | 'family_name'
  | 'given_name_ar'
  | 'family_name_ar'
  | 'sex'
  | 'birth'
  | 'territory'

export type SaidFault = {
  readonly field: SaidField
  readonly code:
    | 'no_name'
    | 'too_long'
    | 'name_malformed'
    | 'sex_missing'
    | 'birth_missing'
    | 'date_malformed'
    | 'date_in_future'
    | 'before_1880'
    | 'territory_unknown'
}
