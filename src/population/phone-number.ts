import { isSupportedCountry, type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** A telephone as typed in a country, in one form (E.164); undefined for what no telephone of any country has. */
export function normalPhone(text: string, country: string): string | undefined {
  const parsed = parsedPhone(text, country)
  return parsed?.isPossible() ? parsed.number : undefined
}

/** The same for what is to be recorded: also undefined where that country gives no such numbers out. */
export function validPhone(text: string, country: string): string | undefined {
  const parsed = parsedPhone(text, country)
  return parsed?.isValid() ? parsed.number : undefined
}

/**
 * The same for a telephone of that country alone: where a message goes to whatever is typed, nobody has it go to dear numbers
 * abroad at the ministry's cost.
 */
export function homePhone(text: string, country: string): string | undefined {
  const [parsed, here] = [parsedPhone(text, country), country.toUpperCase()]
  return parsed?.isValid() && (!isSupportedCountry(here) || parsed.country === here) ? parsed.number : undefined
}

function parsedPhone(text: string, country: string): PhoneNumber | undefined {
  if (text.length > 40) return undefined
  const here = country.toUpperCase()
  return parsePhoneNumberFromString(text, isSupportedCountry(here) ? here : undefined)
}
