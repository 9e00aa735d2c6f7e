import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { canReach, chooseAccount, parsePasswd } from './account.ts'

const passwd = `root:x:0:0:root:/root:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
broken line
postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
`

test('PostgreSQL runs as postgres where the machine has it, else as nobody', () => {
  assert.deepEqual(chooseAccount(passwd), { name: 'postgres', uid: 101, gid: 104 })
  assert.equal(chooseAccount(passwd.replace(/^postgres.*$/m, '')).name, 'nobody')
})

test('an account that is root under another name is not taken', () => {
  assert.equal(chooseAccount(passwd.replace('postgres:x:101:104', 'postgres:x:0:0')).name, 'nobody')
})

test('a machine without any such account gets a sentence', () => {
  assert.throws(
    () => chooseAccount('root:x:0:0:root:/root:/bin/bash'),
    /none of the accounts it could run as \(postgres, nobody/,
  )
})

test('lines that are no accounts are passed over', () => {
  assert.equal(parsePasswd(passwd).length, 4)
})

test('an account reaches a folder when it may walk through each one above', () => {
  const top = mkdtempSync(join(tmpdir(), 'socle-reach-'))
  after(() => rmSync(top, { recursive: true }))
  const inner = join(top, 'inner')
  mkdirSync(inner, { mode: 0o755 })
  const stranger = { name: 'stranger', uid: 54321, gid: 54321 }
  const { uid, gid } = statSync(top)
  chmodSync(top, 0o700)
  assert.equal(canReach(stranger, inner), false)
  assert.equal(canReach({ name: 'owner', uid, gid }, inner), true)
  chmodSync(top, 0o710)
  assert.equal(canReach({ ...stranger, gid }, inner), true)
  chmodSync(top, 0o711)
  assert.equal(canReach(stranger, inner), true)
})
