// Snapshots kept, as the commands themselves show and remove them: in use, damaged, left over.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { testDatabase } from '../../../test/database.ts'

const { urls, owner } = await testDatabase()
const data = mkdtempSync(join(tmpdir(), 'socle-kept-'))
after(() => rmSync(data, { recursive: true, force: true }))
const folder = join(data, 'snapshots')

function socle(env: Readonly<Record<string, string>>, ...args: string[]) {
  const all = { DATABASE_WORKER_URL: urls.worker, DATABASE_APP_URL: urls.app, SOCLE_DATA: data, ...env }
  return new Promise<{ code: number; out: string; err: string }>(resolve => {
    execFile(process.execPath, ['src/cli/main.ts', ...args], { env: all }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}
const snapshot = (...args: string[]) => socle({ DATABASE_URL: urls.owner }, 'snapshot', ...args)

async function modelled(households: number): Promise<string> {
  const made = await snapshot('--modelled', `${households}`, '--seed', `${households}`)
  assert.equal(made.code, 0, made.err)
  return (made.out.split('\n')[0] ?? '').trim()
}
const used = await modelled(30)
const free = await modelled(20)
const lineOf = (out: string, path: string) => out.split('\n').find(line => line.endsWith(`  ${path}`)) ?? ''
const trial = ['determine', '--programme', 'ma/asd', '--month', '2027-01', '--snapshot', used, '--trial']
const decided = await socle({ DATABASE_URL: urls.owner }, ...trial)
assert.equal(decided.code, 0, decided.err)

test('the list says what each takes and whether a run needs it; without a database it says what it cannot know', async () => {
  const { code, out, err } = await snapshot('list')
  assert.equal(code, 0, err)
  assert.match(lineOf(out, used), /^ +\d[\d.]* kB {2}\d{4}-\d\d-\d\dT.* 30 households \(modelled\) {2}in use by 1 run /)
  assert.match(lineOf(out, free), / 20 households \(modelled\) {2}not in use /)
  assert.match(out, /kB {2}in all; socle snapshot remove FOLDER/)
  const away = await socle({ DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none' }, 'snapshot', 'list')
  assert.equal(away.code, 0, away.err)
  assert.doesNotMatch(away.out, /in use/)
  assert.match(away.err, /which snapshots are in use is not known/)
})

test('one that a run needs stays, and the answer names the run; another goes, and the audit says so', async () => {
  const kept = await snapshot('remove', used)
  assert.equal(kept.code, 2)
  assert.match(kept.err, /stays: 1 run rests on it.*\n {2}run [0-9a-f-]{36} of ma\/asd for 2027-01/)
  assert.ok(existsSync(join(used, 'manifest.json')))
  const gone = await snapshot('remove', free)
  assert.equal(gone.code, 0, gone.err)
  assert.match(gone.out, /: removed, \d[\d.]* kB free/)
  assert.ok(!existsSync(free))
  const { rows } = await transaction(owner, workerActor('test'), tx =>
    sql<{ n: number }>`
      select count(*)::int as n from security.audit_record where action = 'snapshot.remove'`.execute(tx),
  )
  assert.equal(rows[0]?.n, 1)
  const again = await snapshot('remove', free)
  assert.equal(again.code, 2)
  assert.match(again.err, /is no snapshot/)
})

test('one that is damaged is shown as such with why, and can be removed where no run needs it', async () => {
  const shorter = join(folder, 'ma-shorter')
  const altered = join(folder, 'ma-altered')
  for (const copy of [shorter, altered]) cpSync(used, copy, { recursive: true })
  const file = readdirSync(shorter).find(name => name.endsWith('.arrow')) ?? ''
  truncateSync(join(shorter, file), 100)
  writeFileSync(join(altered, 'manifest.json'), '{}')
  const listed = await snapshot('list')
  assert.equal(listed.code, 1)
  assert.match(lineOf(listed.out, shorter), /DAMAGED: \d\d-\d\.arrow has 100 bytes, the manifest says \d+/)
  assert.match(lineOf(listed.out, altered), /DAMAGED: manifest\.json: /)
  assert.doesNotMatch(lineOf(listed.out, used), /DAMAGED/)
  // A copy of one that is in use, by its hash; the other is known by its name alone, and no run names it.
  assert.equal((await snapshot('remove', shorter)).code, 2)
  assert.equal((await snapshot('remove', altered)).code, 0)
  assert.ok(existsSync(shorter) && !existsSync(altered))
  rmSync(shorter, { recursive: true })
})

test('a folder that is no snapshot is not removed, wherever it stands', async () => {
  const elsewhere = join(data, 'payments')
  mkdirSync(elsewhere)
  writeFileSync(join(elsewhere, 'manifest.json'), '{}')
  const { code, err } = await snapshot('remove', elsewhere)
  assert.equal(code, 2)
  assert.match(err, /manifest\.json/)
  assert.ok(existsSync(elsewhere))
})

test('a removal that was cut short is shown, and begun again', async () => {
  const other = await modelled(10)
  const aside = join(folder, `.removed-${basename(other)}`)
  renameSync(other, aside)
  const listed = await snapshot('list')
  assert.match(listed.out, new RegExp(`left over: was being removed; socle snapshot remove ${other} begins again`))
  const removed = await snapshot('remove', other)
  assert.equal(removed.code, 0, removed.err)
  assert.ok(!existsSync(other) && !existsSync(aside))
})
