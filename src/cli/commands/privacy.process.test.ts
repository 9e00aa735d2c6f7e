// The command as it is called: what it prints names nobody, what it writes is its owner's alone.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { testDatabase } from '../../../test/database.ts'
import { type Io, UsageError } from '../command.ts'
import { command } from './privacy.ts'

const { urls, owner } = await testDatabase()
const data = mkdtempSync(join(tmpdir(), 'socle privacy é '))
after(() => rmSync(data, { recursive: true, force: true }))

function socle(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise(resolve => {
    const env = { SOCLE_DATA: data, DATABASE_URL: urls.owner }
    execFile(process.execPath, ['src/cli/main.ts', ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}
const one = <Value>(query: ReturnType<typeof sql<{ value: Value }>>) =>
  transaction(owner, workerActor('test'), async tx => (await query.execute(tx)).rows[0]!.value)

const mistakes: [name: string, args: string[], says: RegExp][] = [
  ['a verb that is not there', ['erase'], /privacy takes register, access, retain, export or rotate-keys, not erase/],
  ['nobody named', ['access', '--out', 'x'], /give --household ID or --person ID/],
  ['an id that is none', ['access', '--household', '7', '--out', 'x'], /--household takes an id such as/],
  ['a day that is none', ['retain', '--as-of', '2026-02-30'], /--as-of takes a day such as 2026-12-31, not 2026-02-30/],
  ['a unit that is none', ['export', '--purpose', 'a', '--month', '2026-12', '--out', 'x', '--unit', 'village'], /--unit takes/],
  ['no purpose', ['export', '--month', '2026-12', '--out', 'x'], /--purpose is missing/],
] // biome-ignore format: a table
for (const [name, args, says] of mistakes) {
  test(`socle privacy: ${name} is a sentence`, async () => {
    const run = async () => command.run(args, { interactive: false } as Io)
    await assert.rejects(run(), (error: Error) => error instanceof UsageError && says.test(error.message))
  })
}

test('register, file, export, retention and rotation, without a name in what is printed', async () => {
  assert.equal((await socle('demo', '--households', '60')).code, 0)
  const printed: string[] = []
  const call = async (...args: string[]) => {
    const answer = await socle('privacy', ...args)
    printed.push(answer.out, answer.err)
    return answer
  }
  assert.match((await call('register')).out, /identity\n[\s\S]*retention {3}not set: to be set by the controller/)
  assert.equal(JSON.parse((await call('register', '--country', 'sn', '--json')).out).register.length, 11)

  const household = await one(sql<{ value: string }>`
    select household_id::text as value from households.membership group by 1 having count(*) > 2 order by 1 limit 1`)
  const out = join(data, 'file of somebody')
  assert.match(
    (await call('access', '--household', household, '--out', out)).out,
    /access\.json: \d+ rows on household/,
  )
  assert.deepEqual(readdirSync(out).sort(), ['access-ar.html', 'access-en.html', 'access-fr.html', 'access.json'])
  for (const name of readdirSync(out)) assert.equal(statSync(join(out, name)).mode & 0o077, 0, name)
  assert.match((await call('access', '--household', household, '--out', out)).err, /is there already/)
  const file = JSON.parse(readFileSync(join(out, 'access.json'), 'utf8'))
  const name: string = file.tables['population.person'][0].family_name

  const csv = join(data, 'research.csv')
  const exported = await call('export', '--purpose', 'research-2026', '--month', '2026-12', '--k', '5', '--out', csv)
  assert.match(exported.out, /\d+ rows; \d+ left out in \d+ groups of fewer than 5\. sha256 [0-9a-f]{64}/)
  assert.equal(JSON.parse(readFileSync(`${csv}.json`, 'utf8')).purpose, 'research-2026')
  assert.match(
    (await call('export', '--purpose', 'x', '--month', '2026-12', '--k', '2', '--out', `${csv}2`)).err,
    /5 or more/,
  )

  const kept = await call('retain', '--as-of', '2090-01-01')
  assert.equal(kept.out.match(/no time is set in the register of processing: nothing is done/g)?.length, 5)

  const keys = join(data, 'column-keys')
  const before = readFileSync(keys, 'utf8')
  assert.match(
    (await call('rotate-keys')).out,
    /data key 2 seals from now on\.\nSealed again: \d+ account numbers, \d+ telephones/,
  )
  assert.notEqual(readFileSync(keys, 'utf8'), before)
  assert.equal(readFileSync(keys, 'utf8').trim().split('\n').length, 1)
  assert.equal(statSync(keys).mode & 0o077, 0)
  const again = await call('access', '--household', household, '--out', join(data, 'again'))
  assert.equal(again.code, 0, again.err)
  const after = JSON.parse(readFileSync(join(data, 'again', 'access.json'), 'utf8'))
  const phones = (told: typeof file) => told.tables['population.person'].map((row: { phone: string }) => row.phone)
  assert.deepEqual(phones(after), phones(file))

  assert.ok(!printed.join('\n').includes(name), 'no name is printed')
  assert.ok(!printed.some(text => phones(file).some((phone: string | null) => phone && text.includes(phone))))
})
