import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { readConfig } from '#config'
import { transaction, workerActor } from '#db'
import { appendAudit, publicKeyOf, readCheckpoint } from '#security'
import { testDatabase } from '../../test/database.ts'
import { keptCheckpointText } from './audit-words.ts'
import {
  checkpointFolder,
  checkpointing,
  listCheckpoints,
  publishedKeys,
  rotateKey,
  writeCheckpoint,
} from './checkpoints.ts'

const { worker, owner } = await testDatabase()
const data = mkdtempSync(join(tmpdir(), 'socle checkpoints é '))
after(() => rmSync(data, { recursive: true, force: true }))
const config = readConfig({ SOCLE_DATA: data })
const folder = checkpointFolder(config)!
const keyPath = join(data, 'audit-key.pem')
const act = (id: string) =>
  transaction(worker, workerActor('Zineb'), tx =>
    appendAudit(tx, { action: 'household.read', subject: { kind: 'household', id }, purpose: 'examination' }),
  )

test('checkpoints stand in the data folder unless said, and none are made where they are off', () => {
  assert.equal(folder, join(data, 'checkpoints'))
  assert.equal(checkpointFolder(readConfig({ SOCLE_AUDIT_CHECKPOINTS: '/srv/witness' })), '/srv/witness')
  assert.deepEqual(checkpointing(readConfig({ SOCLE_AUDIT_CHECKPOINTS: 'off' })), [])
})

test('a day has one checkpoint, whoever writes and however often, and an empty audit none', async () => {
  const [task] = checkpointing(config)
  const run = () => task!.run(worker, new AbortController().signal)
  assert.equal(await run(), undefined)
  await act('h1')
  const written = await Promise.all([
    writeCheckpoint(worker, folder, keyPath),
    writeCheckpoint(worker, folder, keyPath),
  ])
  const paths = new Set(written.map(one => one?.path))
  assert.equal(paths.size, 1)
  const [path] = paths
  assert.match(path ?? '', /checkpoints\/audit-\d{4}-\d\d-\d\d\.json$/)
  const text = readFileSync(path!, 'utf8')
  await act('h2')
  assert.deepEqual(await run(), { path, fresh: false })
  assert.equal(readFileSync(path!, 'utf8'), text)
  assert.equal(statSync(keyPath).mode & 0o777, 0o600)
  const key = publicKeyOf(readFileSync(keyPath, 'utf8'))
  assert.ok(readCheckpoint(text, key).ok)
  assert.deepEqual(publishedKeys(folder), [key])
})

test('after the key is replaced, earlier checkpoints still hold under the public key kept beside them', async () => {
  const before = readFileSync(keyPath, 'utf8')
  const rotated = rotateKey(keyPath, folder)
  assert.ok(rotated)
  assert.notEqual(readFileSync(keyPath, 'utf8'), before)
  assert.deepEqual(publishedKeys(folder), [rotated.old, rotated.fresh])
  assert.equal(publicKeyOf(readFileSync(keyPath, 'utf8')), rotated.fresh)
  assert.equal(statSync(keyPath).mode & 0o777, 0o600)
  const [kept] = await listCheckpoints(worker, folder)
  assert.deepEqual([kept?.state, kept?.key], ['holds', rotated.old])
  assert.equal(rotateKey(join(data, 'nowhere.pem'), folder), undefined)
})

test('a list of checkpoints says which was altered, which is signed by a stranger, and that the chain is another', async () => {
  const [kept] = await listCheckpoints(worker, folder)
  const text = readFileSync(kept!.path, 'utf8')
  writeFileSync(join(folder, 'audit-2026-01-01.json'), text.replace('"records": "1"', '"records": "9"'))
  writeFileSync(join(folder, 'audit-2026-01-02.json'), '{}')
  const stranger = mkdtempSync(join(data, 'stranger'))
  const other = await writeCheckpoint(worker, stranger, join(stranger, 'key.pem'))
  writeFileSync(join(folder, 'audit-2026-01-03.json'), readFileSync(other!.path))
  const states = async () => (await listCheckpoints(worker, folder)).map(one => one.state)
  assert.deepEqual(await states(), ['signature_wrong', 'not_a_checkpoint', 'unknown_key', 'holds'])
  await transaction(owner, workerActor('intruder'), async tx => {
    await sql`alter table security.audit_seal disable trigger user`.execute(tx)
    await sql`update security.audit_seal set hash = sha256(hash)`.execute(tx)
    await sql`alter table security.audit_seal enable trigger user`.execute(tx)
  })
  assert.deepEqual((await states()).at(-1), 'another_chain')
  for (const one of await listCheckpoints(worker, folder))
    assert.match(keptCheckpointText(one), /^\d{4}-\d\d-\d\d {2}\w/)
})
