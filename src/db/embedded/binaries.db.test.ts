import assert from 'node:assert/strict'
import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { canRun, copyBinaries, installedBinaries, program } from './binaries.ts'

test('a copy of the programs runs by itself, links included, and is made once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'socle copie é '))
  after(() => rmSync(folder, { recursive: true }))
  chmodSync(folder, 0o755)
  const account = { name: 'this user', uid: process.getuid!(), gid: process.getgid!() }
  const copy = copyBinaries(installedBinaries(), join(folder, 'native'))
  assert.equal(await canRun(copy, account), true)
  const made = lstatSync(program(copy, 'postgres')).mtimeMs
  copyBinaries(installedBinaries(), copy)
  assert.equal(lstatSync(program(copy, 'postgres')).mtimeMs, made)
})

test('links that npm did not carry are made when the programs are looked for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'socle-links-'))
  after(() => rmSync(folder, { recursive: true }))
  const account = { name: 'this user', uid: process.getuid!(), gid: process.getgid!() }
  const copy = copyBinaries(installedBinaries(), join(folder, 'native'))
  const links = readdirSync(join(copy, 'lib'), { withFileTypes: true }).filter(file => file.isSymbolicLink())
  assert.ok(links.length > 0)
  for (const link of links) rmSync(join(copy, 'lib', link.name))
  assert.equal(await canRun(copy, account), false)
  copyBinaries(installedBinaries(), copy)
  assert.equal(await canRun(copy, account), true)
})

test('programs that are not there cannot be run', async () => {
  assert.equal(await canRun('/nowhere', { name: 'x', uid: process.getuid!(), gid: process.getgid!() }), false)
})
