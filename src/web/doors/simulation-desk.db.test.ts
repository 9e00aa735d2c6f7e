// A study that cannot be tried: the studio says why, in each language, and saves nothing.
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openCountry } from '#countries'
import { modelSnapshot, type Snapshot } from '#households'
import { languages, newId } from '#kernel'
import { readStudy } from '#simulation'
import { testDatabase } from '../../../test/database.ts'
import type { StaffMember } from '../context.ts'
import type { StudyId } from '../simulation-door.ts'
import { openStudyDesk } from './simulation-desk.ts'

const { worker } = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'socle-desk-'))
const country = openCountry('ma')
const snapshot = await modelSnapshot({ country, folder, households: 60, seed: 1, threads: 1 })
const desk = openStudyDesk({ country, worker, folder, onError: error => assert.fail(String(error)) })
after(async () => {
  await desk.close()
  rmSync(folder, { recursive: true, force: true })
})

const file = snapshot.manifest.files[0]!.path
const other = { ...snapshot, folder: `${snapshot.folder}-altered` }
cpSync(snapshot.folder, other.folder, { recursive: true })
const bytes = readFileSync(join(other.folder, file))
bytes[bytes.length >> 1]! ^= 1
writeFileSync(join(other.folder, file), bytes)

const { manifest } = snapshot
const member = manifest.catalogue.member.filter(({ name }) => name !== 'schooling')
const poorer = { ...snapshot, manifest: { ...manifest, catalogue: { ...manifest.catalogue, member } } }

const cases: readonly [name: string, on: Snapshot, pack: string, month: string, code: string, says: RegExp][] = [
  ['a file that was altered', other, 'ma/asd', '2027-01', 'file_refused', new RegExp(`^${file} · its SHA-256 is`)],
  ['a fact that is lacking', poorer, 'ma/asd', '2027-01', 'facts_lacking', /^ma\/asd · member\.schooling$/],
  ['a month before', snapshot, 'ma/asd', '2020-01', 'not_in_force', /^ma\/asd · 2023-12 – …$/],
  ['a month after', snapshot, 'ma/tayssir', '2027-01', 'not_in_force', /^ma\/tayssir · 2018-12 – 2023-11$/],
  ['a day after the month', snapshot, 'ma/asd', '2024-01', 'snapshot_later', /^20\d\d-\d\d-\d\d > 2024-01$/],
]
for (const [name, on, pack, month, code, says] of cases) {
  test(`${name}: the study ends with why, in three languages, and is not saved`, async () => {
    const study = readStudy(`pack: ${pack}\nmonth: ${month}\nscenarios: [{ name: x }]`)
    assert.ok(study.ok)
    const id = newId<'Study'>() as StudyId
    const by: StaffMember = { id: newId<'staff'>(), name: 'Nadia', email: 'nadia@example.org' }
    const save = () => assert.fail('saved')
    desk.start({ id, by, name: 'x', snapshot: on, study: study.value, save })
    await desk.wait(id, 60_000)
    const end = desk.find(id)?.end
    assert.ok(end?.code === 'refused', JSON.stringify(end))
    assert.equal(end.refusal, code)
    assert.match(end.says, says)
    assert.ok(!end.says.includes(folder))
    for (const language of languages) {
      const words = JSON.parse(readFileSync(`locales/${language}/simulation.json`, 'utf8'))
      assert.ok(words.refusal[code].length > 10, language)
    }
  })
}
