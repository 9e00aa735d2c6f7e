import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { testDatabase } from '../../../test/database.ts'

const { urls, owner } = await testDatabase()
const data = mkdtempSync(join(tmpdir(), 'socle docteur é '))
after(() => rmSync(data, { recursive: true, force: true }))

function doctor(
  env: Record<string, string> = {},
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  return new Promise(resolve => {
    execFile(
      process.execPath,
      ['src/cli/main.ts', 'doctor', ...args],
      {
        env: {
          SOCLE_DATA: data,
          DATABASE_URL: urls.owner,
          SOCLE_SECRET: 'x'.repeat(40),
          PATH: '/usr/bin:/bin',
          ...env,
        },
      },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

test('a sound installation: only the backup is missing, and nothing is changed', async () => {
  const { code, out, err } = await doctor({}, '--json')
  const { findings } = JSON.parse(out) as { findings: { check: string; severity: string }[] }
  const here = findings.filter(one => !['disk', 'memory'].includes(one.check))
  assert.deepEqual([code, here.map(one => `${one.severity} ${one.check}`)], [0, ['warning backups']], err)
})

test('something serious comes first, with what to do, and the exit code says so', async () => {
  mkdirSync(data, { recursive: true })
  writeFileSync(join(data, 'session-secret'), 'x')
  chmodSync(join(data, 'session-secret'), 0o644)
  const { code, out } = await doctor({}, '--full')
  rmSync(join(data, 'session-secret'))
  assert.equal(code, 1)
  assert.match(out, /^SERIOUS {2}secret-files: .*session-secret can be read.*\n {9}chmod 600 /)
})

test('a database that is not there is a finding, not a stack', async () => {
  const { code, out, err } = await doctor({ DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none' })
  assert.equal(code, 1)
  assert.match(out, /SERIOUS {2}database: The database cannot be examined: .*ECONNREFUSED/)
  assert.ok(!/\.ts:\d+/.test(out + err))
})

test('a database of a later version is said, and its tables are not asked', async () => {
  await transaction(owner, workerActor('test'), tx =>
    sql`insert into db.migration (module, name, checksum) values ('payments', '0999-later', 'x')`.execute(tx),
  )
  const { code, out } = await doctor()
  assert.equal(code, 1)
  assert.match(out, /SERIOUS {2}migrations: The database was made by a later version of Socle: payments\/0999-later/)
  assert.ok(!out.includes('backups'))
})
