import { type Database, transaction, workerActor } from '#db'
import { type ModelledHousehold, modelHouseholds, registerHouseholds } from '#households'
import type { DateText } from '#kernel'
import { type Newcomer, settlePersons } from '#population'
import { declaredOn, type Generated } from './households.ts'
import { idFrom } from './id-from.ts'

const actor = workerActor('demonstration')
/** One household in so many has a head whom another office registered a second time; a small demonstration has none. */
const ONE_IN = 800
const MOST = 25
/** One of so many of them declared a household of one there as well. */
const HOUSED = 5

/**
 * Some heads of modelled households stand in the register a second time, as an office that did not search would have written
 * them: what the list of duplicates is for. Modelled as they are; the same for the same seed, and again changes nothing.
 */
export async function registerTwice(worker: Database, { country, model, households, seed }: Generated): Promise<void> {
  const count = Math.min(MOST, Math.floor(households / ONE_IN))
  if (count === 0) return
  const source = `modelled-twice-${seed}`
  const again = Array.from({ length: count }, (_, at) => {
    const index = at * ONE_IN + 7
    const [household] = [...modelHouseholds(model, { seed, from: index, to: index + 1 })] as [ModelledHousehold]
    return { at, household, newcomer: copyOf(household, source, at) }
  })
  const alone = again.filter(({ at }) => at % HOUSED !== 0).map(({ newcomer }) => newcomer)
  await transaction(worker, actor, async tx => {
    const from = { country: country.code, source, modelled: true, recordedBy: actor.name }
    await settlePersons(tx, { newcomers: alone, homes: new Map() }, from)
    const housed = again.filter(({ at }) => at % HOUSED === 0)
    await registerHouseholds(
      tx,
      {
        ...{ country: country.code, source, channel: 'generated', actor: actor.name, modelled: true },
        ...{ effectiveOn: declaredOn(model), head: country.catalogue.head },
      },
      housed.map(({ household, newcomer }) => ({
        sourceId: `${household.sourceId}-B`,
        territory: household.territory,
        facts: household.facts,
        members: [{ ...household.members[0]!, ...namesOf(newcomer) }],
      })),
    )
  })
}

function copyOf({ territory, members: [head] }: ModelledHousehold, source: string, at: number): Newcomer {
  const { givenName = '', familyName = '', givenNameAr, familyNameAr, facts } = head!
  const inArabic = at % 4 === 3 && givenNameAr && familyNameAr
  return {
    id: idFrom<'Person'>(source, String(at)),
    territory,
    givenName: inArabic ? null : givenName,
    familyName: inArabic ? null : respelt(familyName, at),
    givenNameAr: inArabic ? givenNameAr : null,
    familyNameAr: inArabic ? familyNameAr : null,
    sex: facts.sex === 'male' ? 'male' : 'female',
    birthDate: String(facts.birth_date) as DateText,
  }
}

const namesOf = ({ givenName, familyName, givenNameAr, familyNameAr }: Newcomer) => ({
  givenName: givenName ?? undefined,
  familyName: familyName ?? undefined,
  givenNameAr: givenNameAr ?? undefined,
  familyNameAr: familyNameAr ?? undefined,
})

/** A family name as another hand writes it. */
function respelt(name: string, at: number): string {
  const spellings = [/ou/i, /i$/, /ss/, /k/, /dd/]
  const letters = ['u', 'y', 's', 'q', 'd']
  for (let step = 0; step < spellings.length; step++) {
    const place = (at + step) % spellings.length
    if (spellings[place]!.test(name)) return name.replace(spellings[place]!, letters[place]!)
  }
  return `${name}e`
}
