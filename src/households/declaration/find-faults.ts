import type { Country } from '#countries'
import type { Transaction } from '#db'
import type { DateText, Id } from '#kernel'
import { normalPhone } from '#population'
import { checkAgainstRegister } from '../checks/check-against-register.ts'
import { checkNumbered } from '../checks/members-numbered.ts'
import { recordDoubts } from '../checks/record-doubts.ts'
import type { DeclaredMember } from './answers.ts'
import { asFault, believed, checkAnswers, type Fault, ownFault } from './check-answers.ts'
import type { Draft } from './draft.ts'
import { type Asked, type AskingCountry, questionsAsked } from './questions-asked.ts'

/** Who a member is: whom the register knows, or the id that the form made. */
export const personOf = ({ key, person }: DeclaredMember): Id<'Person'> => (person ?? key) as Id<'Person'>

/** A refusal of its own tells who belongs elsewhere. */
const TOLD = ['person_elsewhere']

/**
 * Every fault of a draft: those of the form, what is hard to believe, what the register says against it, and whether somebody has no
 * number where the country asks for one. That is a warning: nobody is turned away for want of one, and why is written down.
 */
export async function findFaults(
  tx: Transaction,
  country: Country & AskingCountry,
  draft: Draft,
  { today, actor }: { readonly today: DateText; readonly actor: string },
): Promise<Fault[]> {
  const { said } = draft
  const asked = questionsAsked(country, said, today)
  const own = checkAnswers(country, said, today, asked)
  if (own.some(({ code }) => code === 'not_accepted' || code === 'phone_malformed')) return own
  const known = said.members.filter(({ person }) => person !== null)
  const persons = new Map(known.map(member => [member.key, personOf(member)]))
  const phones = said.members.flatMap(({ key, phone }) => {
    const normal = normalPhone(phone, country.code)
    return normal === undefined ? [] : [[key, normal] as const]
  })
  const doubts = await checkAgainstRegister(
    tx,
    {
      country: country.code,
      household: draft.household,
      territory: draft.territory,
      address: null,
      actor,
      said: believed(country, said, asked),
      persons,
      phones: new Map(phones),
    },
    country.upkeep.checks,
  )
  // Who belongs already is not asked again.
  const keys = said.members.filter(({ person }) => draft.household === null || person === null).map(({ key }) => key)
  const numbered = await checkNumbered(tx, keys, persons, country.upkeep.membersNumbered)
  return [
    ...own,
    ...doubts.filter(({ code }) => !TOLD.includes(code)).map(asFault),
    ...(numbered.ok ? [] : [ownFault('without_number', SEVERITY[numbered.refusal.waiver], null, [])]),
  ]
}

/** The precondition of the country, in the form: what may be waived wants a word, what may not stops. */
const SEVERITY = { explained: 'warning', none: 'error' } as const

/** Keeps what was doubted in a declaration that was just recorded, with the words that explain it. */
export async function keepDoubts(
  tx: Transaction,
  country: Country & AskingCountry,
  { said }: Draft,
  recorded: {
    readonly household: Id<'Household'>
    readonly declaration: Id<'Declaration'>
    readonly asked: Asked
    readonly faults: readonly Fault[]
    readonly actor: string
  },
): Promise<void> {
  const { household, declaration, asked, faults, actor } = recorded
  await recordDoubts(tx, country, {
    household,
    declaration,
    said: believed(country, said, asked),
    doubts: faults.flatMap(({ doubt, key }) =>
      doubt ? [{ ...doubt, says: said.explained[key]?.trim() || null }] : [],
    ),
    persons: new Map(said.members.map(member => [member.key, personOf(member)])),
    actor,
  })
}
