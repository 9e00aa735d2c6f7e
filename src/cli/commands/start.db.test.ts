import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { testDatabase } from '../../../test/database.ts'

const { urls } = await testDatabase()
const data = mkdtempSync(join(tmpdir(), 'socle start é '))
after(() => rmSync(data, { recursive: true, force: true }))

const refusals: { name: string; settings: Record<string, string>; says: RegExp }[] = [
  {
    name: 'a country without a pack',
    settings: { SOCLE_COUNTRY: 'zz' },
    says: /SOCLE_COUNTRY is "zz"; accepted: .*ma/,
  },
  // An address kept for documentation (RFC 5737): no machine has it.
  {
    name: 'an address of another machine',
    settings: { SOCLE_HOST: '192.0.2.1' },
    says: /cannot listen at 192\.0\.2\.1/,
  },
]
for (const { name, settings, says } of refusals) {
  test(`start is refused in a sentence, and ends: ${name}`, async () => {
    const env = { SOCLE_DATA: data, DATABASE_URL: urls.owner, DATABASE_APP_URL: urls.app, ...settings }
    const { code, err } = await new Promise<{ code: number; err: string }>(resolve => {
      const args = ['src/cli/main.ts', 'start', '--empty']
      execFile(process.execPath, args, { env: { ...env, DATABASE_WORKER_URL: urls.worker } }, (error, _, err) =>
        resolve({ code: error ? Number(error.code) : 0, err }),
      )
    })
    assert.equal(code, 2, err)
    assert.match(err, says)
    assert.doesNotMatch(err, /\n {4}at /)
  })
}
