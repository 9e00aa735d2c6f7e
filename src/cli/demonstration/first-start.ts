import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Country } from '#countries'
import { type Databases, enqueue, transaction, workerActor } from '#db'
import { countHouseholds } from '#households'
import { matchRegisterJob } from '#population'
import type { Role, SignIn } from '#security'
import type { Io } from '../command.ts'
import { demonstrate } from './demonstrate.ts'
import { drawPassword, openAccounts, PEOPLE, registerPeople } from './staff.ts'

/** An account of the demonstration, with the password drawn for this installation. */
export type OpenedAccount = {
  readonly name: string
  readonly email: string
  readonly roles: readonly Role[]
  readonly territory: string
  readonly password: string
}

const HOUSEHOLDS = 20_000
const SEED = 1

/** What the data folder remembers of its demonstration: whether it was finished, and the password drawn for its accounts. */
const note = z.strictObject({ finished: z.boolean(), password: z.string() })

/**
 * An empty register becomes a demonstration; one that was interrupted is finished; one that is finished, or a register
 * with a life of its own, is left alone. Answers the accounts that may be shown: none outside a demonstration.
 */
export async function firstStart(
  databases: Databases,
  { country, data, signIn }: { readonly country: Country; readonly data: string; readonly signIn: SignIn },
  io: Io,
): Promise<readonly OpenedAccount[]> {
  const path = join(data, 'demonstration.json')
  const found = readNote(path)
  if (!found && (await holdsAnything(databases, country))) return []
  const password = found?.password ?? drawPassword()
  if (!found?.finished) {
    writeNote(path, { finished: false, password })
    await demonstrate(databases, { country, households: HOUSEHOLDS, seed: SEED, data }, io)
    await registerPeople(databases)
    await openAccounts(signIn, password)
    // The search for duplicates takes some seconds, which nobody need wait for.
    const actor = workerActor('first start')
    await transaction(databases.worker, actor, tx => enqueue(tx, matchRegisterJob(country.code), {}))
    writeNote(path, { finished: true, password })
  }
  return Object.values(PEOPLE).map(({ name, email, roles, territory }) => ({
    name,
    email,
    roles,
    territory,
    password,
  }))
}

function readNote(path: string): z.infer<typeof note> | undefined {
  return existsSync(path) ? note.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined
}

/** Written aside and moved: a note is whole or not there. It holds a password, so nobody else may read it. */
function writeNote(path: string, content: z.infer<typeof note>): void {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(`${path}.part`, `${JSON.stringify(content)}\n`, { mode: 0o600 })
  renameSync(`${path}.part`, path)
}

async function holdsAnything({ worker }: Databases, country: Country): Promise<boolean> {
  return transaction(worker, workerActor('first start'), async tx => (await countHouseholds(tx, country.code)) > 0)
}
