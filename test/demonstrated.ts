// A register that has lived: modelled households of Morocco, declared, scored, decided and paid, on a database of its own.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after } from 'node:test'
import { openCountry } from '#countries'
import type { StaffActor } from '#db'
import { newId } from '#kernel'
import type { Io } from '../src/cli/command.ts'
import { demonstrate } from '../src/cli/demonstration/demonstrate.ts'
import { testDatabase } from './database.ts'

export const silent: Io = {
  stdin: Readable.from([]),
  out() {},
  err() {},
  interactive: false,
  signal: new AbortController().signal,
  flush: async () => {},
}

export const staffIn = (...territories: string[]): StaffActor => ({
  kind: 'staff',
  staffId: newId(),
  name: 'Zineb',
  territories,
})

export async function demonstrated(households: number) {
  const databases = await testDatabase()
  const data = await mkdtemp(join(tmpdir(), 'socle-demonstrated-'))
  after(() => rm(data, { recursive: true, force: true }))
  const country = openCountry('ma')
  const { month } = await demonstrate(databases, { country, households, seed: 1, data }, silent)
  return { databases, country, data, month }
}
