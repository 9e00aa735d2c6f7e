import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { findService } from '#security'
import { testDatabase } from '../../../test/database.ts'
import { type Io, UsageError } from '../command.ts'
import { command } from './service-account.ts'

const { urls, app } = await testDatabase()
const data = mkdtempSync(join(tmpdir(), 'socle service é '))
after(() => rmSync(data, { recursive: true, force: true }))

function socle(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise(resolve => {
    const env = { SOCLE_DATA: data, DATABASE_URL: urls.owner }
    execFile(process.execPath, ['src/cli/main.ts', 'service', ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

const wrong: readonly [args: string[], says: RegExp][] = [
  [[], /service takes create, rotate, revoke, list/],
  [['create', 'A b'], /A b is no name for a service account/],
  [
    ['create', 'ab', '--organisation', 'O', '--scopes', 'payment_run.approve'],
    /--scopes takes .*; not payment_run.approve/,
  ],
  [
    ['create', 'ab', '--organisation', 'O', '--scopes', 'household.read', '--territory', '7;'],
    /--territory takes a code/,
  ],
  [
    ['create', 'ab', '--organisation', 'O', '--scopes', 'household.read', '--days', '9999'],
    /--days takes a whole number/,
  ],
  [['create', 'ab'], /--organisation is missing/],
]
for (const [args, says] of wrong) {
  test(`socle service ${args.join(' ')} is refused in a sentence`, async () => {
    await assert.rejects(
      command.run(args, { interactive: false } as Io),
      (error: Error) => error instanceof UsageError && says.test(error.message),
    )
  })
}

test('a key is made, replaced, listed and revoked', async () => {
  const made = await socle(
    'create',
    'npu-registry',
    '--organisation',
    'National register',
    '--scopes',
    'household.read',
    '--territory',
    '07',
  )
  assert.equal(made.code, 0, made.err)
  const key = made.out.trim()
  assert.ok((await findService(app, key)).ok)
  assert.ok(!made.err.includes(key))
  const next = (await socle('rotate', 'npu-registry', '--overlap', '0')).out.trim()
  assert.equal((await findService(app, key)).ok, false)
  assert.ok((await findService(app, next)).ok)
  const listed = await socle('list')
  assert.match(
    listed.out,
    /^npu-registry {2}National register {2}household.read {2}07, every programme {2}until \d{4}-/,
  )
  assert.ok(!listed.out.includes(next.slice(15)))
  assert.equal((await socle('revoke', 'npu-registry')).code, 0)
  assert.equal((await findService(app, next)).ok, false)
  const again = await socle('revoke', 'npu-registry')
  assert.deepEqual([again.code, /npu-registry ended on/.test(again.err)], [2, true])
})
