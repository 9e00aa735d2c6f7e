import { randomInt } from 'node:crypto'
import { type Databases, type StaffActor, transaction, workerActor } from '#db'
import type { Id } from '#kernel'
import { grantTerritory, registerStaff, type SignIn } from '#security'
import { idFrom } from './id-from.ts'
import { settled } from './settled.ts'

export type DemonstrationPerson = {
  readonly id: Id<'staff'>
  readonly name: string
  readonly email: string
  /** Code of the territory granted; empty for the whole country. */
  readonly territory: string
}

const person = (name: string, email: string, territory: string): DemonstrationPerson => ({
  id: idFrom<'staff'>('demonstration', email),
  name,
  email,
  territory,
})

/** Invented people: the one who prepares payments, the one who approves them, an agent of one region, an auditor. */
export const PEOPLE = {
  maker: person('Amina Finance', 'amina@demo.socle', ''),
  checker: person('Driss Contrôle', 'driss@demo.socle', ''),
  agent: person('Salma Guichet', 'salma@demo.socle', '07'),
  auditor: person('Nadia Audit', 'nadia@demo.socle', ''),
} as const

export function actorOf({ id, name, territory }: DemonstrationPerson): StaffActor {
  return { kind: 'staff', staffId: id, name, territories: [territory] }
}

/** Records the people of the demonstration with their territories; again changes nothing. */
export async function registerPeople({ owner }: Databases): Promise<void> {
  await transaction(owner, workerActor('demonstration'), async tx => {
    for (const one of Object.values(PEOPLE)) {
      await registerStaff(tx, { id: one.id, name: one.name })
      await grantTerritory(tx, one.id, one.territory)
    }
  })
}

/** Gives each of them an account with this password, made for this installation. */
export async function openAccounts(signIn: SignIn, password: string): Promise<void> {
  for (const one of Object.values(PEOPLE)) settled(await signIn.openAccount({ ...one, password }))
}

const SYLLABLES =
  'ba be bi bo da de di do fa fi ga go ka ki ko la le li lo ma me mi mo na ne ni no pa po ra re ri ro sa se si so ta te ti to va vi za zo'.split(
    ' ',
  )

/** A password that can be read aloud: five groups of syllables, about 83 bits. */
export function drawPassword(): string {
  const group = () => Array.from({ length: 3 }, () => SYLLABLES[randomInt(SYLLABLES.length)]).join('')
  return Array.from({ length: 5 }, group).join('-')
}
