import { randomInt } from 'node:crypto'
import { type Databases, type StaffActor, transaction, workerActor } from '#db'
import type { Id } from '#kernel'
import {
  findStaffActor,
  type Permission,
  type Role,
  recordGrant,
  registerStaff,
  type Sensitivity,
  type SignIn,
} from '#security'
import { idFrom } from './id-from.ts'
import { settled } from './settled.ts'

export type DemonstrationPerson = {
  readonly id: Id<'staff'>
  readonly name: string
  readonly email: string
  readonly roles: readonly Role[]
  /** Code of the territory in which the roles are given; empty for the whole country. */
  readonly territory: string
  readonly sensitivity: Sensitivity
}

const person = (
  name: string,
  email: string,
  ...[roles, territory = '', sensitivity = 'ordinary']: [readonly Role[], string?, Sensitivity?]
): DemonstrationPerson => ({ id: idFrom<'staff'>('demonstration', email), name, email, roles, territory, sensitivity })

/** Invented people, each with the roles of an ordinary day's work; nobody holds them all. */
export const PEOPLE = {
  maker: person('Amina Finance', 'amina@demo.socle', ['territory_supervisor', 'payment_preparer'], '', 'sensitive'),
  checker: person('Driss Contrôle', 'driss@demo.socle', ['payment_approver']),
  /** The second person of what takes two, as where two files of one person touch two households. */
  colleague: person('Hind Encadrement', 'hind@demo.socle', ['territory_supervisor']),
  agent: person('Salma Guichet', 'salma@demo.socle', ['desk_agent'], '07'),
  auditor: person('Nadia Audit', 'nadia@demo.socle', ['auditor']),
  administrator: person('Karim Administration', 'karim@demo.socle', ['administrator'], '', 'sensitive'),
} as const

/** A person of the demonstration as the actor of what only they may do. */
export async function actorOf(
  { app }: Databases,
  { id, name }: DemonstrationPerson,
  permission: Permission,
): Promise<StaffActor> {
  const actor = await findStaffActor(app, id, permission)
  if (!actor) throw new Error(`${name} is not recorded`)
  return actor
}

/** Records the people of the demonstration with their roles; again changes nothing. */
export async function registerPeople({ owner }: Databases): Promise<void> {
  await transaction(owner, workerActor('demonstration'), async tx => {
    for (const { id, name, email, roles, territory, sensitivity } of Object.values(PEOPLE)) {
      await registerStaff(tx, { id, name })
      for (const role of roles) {
        await recordGrant(tx, id, { id: idFrom<'grant'>('demonstration', email, role), role, territory, sensitivity })
      }
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
