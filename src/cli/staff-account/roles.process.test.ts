import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { testDatabase } from '../../../test/database.ts'
import { type Io, UsageError } from '../command.ts'
import { command } from '../commands/staff.ts'

const { urls } = await testDatabase()
const data = mkdtempSync(join(tmpdir(), 'socle staff é '))
after(() => rmSync(data, { recursive: true, force: true }))

function staff(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise(resolve => {
    const env = { SOCLE_DATA: data, DATABASE_URL: urls.owner }
    execFile(process.execPath, ['src/cli/main.ts', 'staff', ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

for (const [name, args, says] of [
  ['a name is needed', ['grant'], /takes one STAFF/],
  ['a name with a space stands in quotes', ['grant', 'Zineb', 'El', 'Amrani'], /takes one STAFF/],
  ['a role is needed', ['grant', 'Zineb'], /--role is missing/],
  ['a role is one of those there are', ['grant', 'Zineb', '--role', 'minister'], /takes desk_agent, .*, not minister/],
  [
    'a territory is a code of the country',
    ['grant', 'Z', '--role', 'auditor', '--territory', '99'],
    /such as .*, not 99/,
  ],
  ['a programme is a pack', ['grant', 'Z', '--role', 'auditor', '--programme', 'x/y'], /takes one of .*ma\/asd/],
  ['an end is a day', ['grant', 'Z', '--role', 'auditor', '--until', '2026-02-30'], /takes a day such as/],
  [
    'a verb that is not there is answered with those that are',
    ['fire', 'Z'],
    /takes roles or list or grant or revoke or invite/,
  ],
] as const) {
  test(`socle staff: ${name}`, async () => {
    const io = { interactive: false } as Io
    await assert.rejects(
      command.run(args, io),
      (error: Error) => error instanceof UsageError && says.test(error.message),
    )
  })
}

test('the first administrator is made on the machine, and gives the other roles', async () => {
  assert.equal((await staff('invite', 'karim@example.org', '--name', 'Karim')).code, 0)
  assert.equal((await staff('invite', 'salma@example.org', '--name', 'Salma')).code, 0)
  assert.match(
    (await staff('grant', 'Karim', '--role', 'administrator')).out,
    /Karim: administrator · the whole country/,
  )
  const agent = ['Salma', '--role', 'desk_agent', '--territory', '07']
  assert.match(
    (await staff('grant', ...agent, '--as', 'Salma')).err,
    /Salma may not: staff.grant is granted by the roles/,
  )
  assert.match((await staff('grant', ...agent, '--sensitive', '--as', 'Karim')).err, /further than .*: sensitivity/)
  assert.equal((await staff('grant', ...agent, '--as', 'karim')).code, 0)
  assert.match(
    (await staff('list')).out,
    /Salma {2}[0-9a-f-]+\n {2}desk_agent · territory 07 · every programme · ordinary/,
  )
  assert.match((await staff('revoke', ...agent, '--as', 'Karim')).out, /Salma no longer: desk_agent/)
  assert.match((await staff('list')).out, /Salma {2}[0-9a-f-]+\n {2}no role/)
})
