import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { testDatabase } from '../../../test/database.ts'

const { urls } = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'socle-reform-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function socle(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise(resolve => {
    const env = { SOCLE_DATA: folder, DATABASE_URL: urls.owner }
    execFile(process.execPath, ['src/cli/main.ts', ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

test('a change of the law is counted on the households of the register', async () => {
  assert.equal((await socle('demo', '--households', '120')).code, 0)
  const law = join(folder, 'ma', 'asd', 'pack.yaml')
  cpSync('packs/ma', join(folder, 'ma'), { recursive: true })
  const text = readFileSync(law, 'utf8')
  assert.ok(text.includes('value: 9.743001'))
  writeFileSync(law, text.replace('value: 9.743001', 'value: 1.5'))

  const before = await socle('determine', '--programme', 'ma/asd', '--month', '2026-12')
  const eligible = Number(/eligible +(\d+)/.exec(before.out)?.[1])
  const { code, out } = await socle('rules', 'diff', 'packs/ma', join(folder, 'ma'), '--register', '2026-12')
  assert.equal(code, 0)
  assert.match(out, /ma\/asd: threshold from 2023-12-01: 1\.5, was 9\.743001/)
  const otherwise = Number(/ma\/asd: (\d+) of 120 households are decided otherwise/.exec(out)?.[1])
  // Nobody scores below 1.5: all who were eligible are refused, and refusals of others gain a reason.
  assert.ok(eligible > 0 && otherwise >= eligible)

  const same = await socle('rules', 'diff', 'packs/ma', 'packs/ma', '--register', '2026-12')
  assert.match(same.out, /none of 120 households is decided otherwise/)
})

test('a month that is none, and a file of cases that is not JSON, are refused in a sentence', async () => {
  const month = await socle('rules', 'diff', 'packs/ma', 'packs/ma', '--register', 'December')
  assert.equal(month.code, 2)
  assert.match(month.err, /--register takes a month such as 2026-12, not December/)
  const file = join(folder, 'cases.jsonl')
  writeFileSync(file, '\n{"id": \n')
  const cases = await socle('rules', 'diff', 'packs/ma', 'packs/ma', '--cases', file)
  assert.equal(cases.code, 2)
  assert.match(cases.err, /cases\.jsonl:2: the line cannot be read: this is not JSON/)
})
