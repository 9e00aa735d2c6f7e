import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { appendAudit } from '#security'
import { testDatabase } from '../../../test/database.ts'
import { type Io, UsageError } from '../command.ts'
import { command } from './audit.ts'

const { urls, worker, owner } = await testDatabase()
const data = mkdtempSync(join(tmpdir(), 'socle audit é '))
after(() => rmSync(data, { recursive: true, force: true }))

function socle(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise(resolve => {
    const env = { SOCLE_DATA: data, DATABASE_URL: urls.owner }
    execFile(process.execPath, ['src/cli/main.ts', 'audit', ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

const wrong: Record<string, readonly [readonly string[], RegExp]> = {
  'no verb': [[], /audit takes verify, checkpoint, key or anomalies$/],
  'an unknown verb': [['erase'], /audit takes verify, checkpoint, key or anomalies, not erase/],
  'a list into a file': [['checkpoint', '--list', '--out', 'x.json'], /--list writes nothing: it takes no --out/],
  'a day that is none': [['anomalies', '--day', 'monday'], /--day takes a day such as 2026-12-01, not monday/],
  'an unknown verb for the key': [['key', 'show'], /audit key takes rotate or nothing, not show/],
  'a key without a checkpoint': [['verify', '--key', 'ed25519:x'], /--key goes with --checkpoint/],
  'a key that is none': [
    ['verify', '--checkpoint', 'package.json', '--key', 'abc'],
    /--key takes a public key such as/,
  ],
  'a checkpoint that is not there': [['verify', '--checkpoint', 'nowhere.json'], /nowhere.json cannot be read/],
  'a file that is no checkpoint': [
    ['verify', '--checkpoint', 'package.json'],
    /package.json is not a file of socle audit/,
  ],
  'a file in the way': [['checkpoint', '--out', 'package.json'], /package.json is there already/],
}
for (const [name, [args, says]] of Object.entries(wrong)) {
  test(`socle audit refuses ${name}`, async () => {
    await assert.rejects(
      command.run(args, { interactive: false } as Io),
      (error: Error) => error instanceof UsageError && says.test(error.message),
    )
  })
}

test('a chain is witnessed, verified, written again by its owner, and found out', async () => {
  const file = join(data, 'witness.json')
  const nothing = await socle('checkpoint', '--out', file)
  assert.deepEqual([nothing.code, /no audit record yet/.test(nothing.err)], [2, true])

  for (const id of ['h1', 'h2', 'h3']) {
    await transaction(worker, workerActor('Zineb'), tx =>
      appendAudit(tx, { action: 'household.read', subject: { kind: 'household', id }, purpose: 'examination' }),
    )
  }
  const witnessed = await socle('checkpoint', '--out', file)
  assert.match(witnessed.out, /seal 1, 3 records, sha256 [0-9a-f]{64}\nPublic key: ed25519:[\w-]{43}\n/)
  const key = /ed25519:[\w-]{43}/.exec(witnessed.out)![0]
  assert.equal(statSync(join(data, 'audit-key.pem')).mode & 0o777, 0o600)
  assert.doesNotMatch(readFileSync(file, 'utf8'), /PRIVATE/)

  const good = await socle('verify', '--checkpoint', file, '--key', key)
  assert.equal(good.code, 0)
  assert.match(
    good.out,
    /holds seal 1 of .* as witnessed under .*\n3 records under 1 seals: all as sealed\.\n0 sets read again: all as recorded\.\n$/,
  )
  assert.match(good.err, /Verifying .*3 records/)

  const forged = join(data, 'forged.json')
  writeFileSync(forged, readFileSync(file, 'utf8').replace('"records": "3"', '"records": "2"'))
  const altered = await socle('verify', '--checkpoint', forged)
  assert.deepEqual([altered.code, /was altered: its signature/.test(altered.out)], [1, true])
  const another = await socle('verify', '--checkpoint', file, '--key', `ed25519:${'A'.repeat(43)}`)
  assert.deepEqual([another.code, /is signed by ed25519:.*, not by ed25519:AAA/.test(another.out)], [1, true])

  await transaction(owner, workerActor('intruder'), async tx => {
    for (const statement of [
      'alter table security.audit_record disable trigger user',
      `update security.audit_record set subject_id = 'h99' where position = 2`,
      'alter table security.audit_record enable trigger user',
    ]) {
      await sql.raw(statement).execute(tx)
    }
  })
  const found = await socle('verify')
  assert.equal(found.code, 1)
  assert.match(found.out, /^Record 2 altered: .*seal 1.* \d{4}-.*Z, household.read, household h99, by Zineb\.\n/)
  assert.match(found.out, /3 records under 1 seals: 1 not as sealed\.\n0 sets read again: all as recorded\.\n$/)

  await transaction(owner, workerActor('intruder'), async tx => {
    for (const statement of [
      'alter table security.audit_record disable trigger user',
      'alter table security.audit_seal disable trigger user',
      `update security.audit_record r set digest = sha256(convert_to(security.audit_content(r), 'UTF8'))`,
      'delete from security.audit_seal',
      'insert into security.audit_pending select position, digest from security.audit_record',
      'select security.seal_audit(10)',
      'alter table security.audit_record enable trigger user',
      'alter table security.audit_seal enable trigger user',
    ]) {
      await sql.raw(statement).execute(tx)
    }
  })
  assert.equal((await socle('verify')).code, 0)
  const rewritten = await socle('verify', '--checkpoint', file)
  assert.equal(rewritten.code, 1)
  assert.match(rewritten.out, /^Seal 1 is not the one that the checkpoint witnessed/)

  chmodSync(join(data, 'audit-key.pem'), 0o644)
  const exposed = await socle('checkpoint', '--out', join(data, 'second.json'))
  assert.deepEqual([exposed.code, /can be read by others than its owner/.test(exposed.err)], [2, true])
})
