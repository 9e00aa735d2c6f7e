// Every named case of every pack, read as a policy officer wrote it.
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { formatDiagnostic, parseCases, runCase } from '#rules'
import { openPolicy } from './oracle/policy.ts'

const LEAST_CASES = 15

/** Packs of which no source gives an amount: all that a case can show is that nothing is decided without one. */
const SILENT: Readonly<Record<string, number>> = { 'packs/ma/shock-top-up/cases.yaml': 3 }

for (const country of globSync('packs/*/facts.yaml').map(path => path.split('/')[1] as string)) {
  const { catalogue, territories, book, files } = openPolicy(country)
  if (!existsSync(`packs/${country}/usual.yaml`)) continue
  const usual = readFileSync(`packs/${country}/usual.yaml`, 'utf8')
  for (const { path } of files.filter(file => file.path.endsWith('/pack.yaml'))) {
    const file = path.replace('pack.yaml', 'cases.yaml')
    describe(file, () => {
      const cases = parseCases(readFileSync(file, 'utf8'), file, usual, catalogue, territories)
      const least = SILENT[file] ?? LEAST_CASES
      test(`holds at least ${least} cases`, () => {
        assert.ok(cases.ok, cases.ok ? '' : cases.refusal.map(formatDiagnostic).join('\n'))
        assert.ok(cases.value.length >= least, `${cases.value.length} cases`)
      })
      test('shows every refusal of the pack', () => {
        const pack = book.packs.get(cases.ok ? (cases.value[0]?.pack ?? '') : '')
        const shown = new Set(cases.ok ? cases.value.flatMap(named => named.gives.refused ?? []) : [])
        assert.deepEqual(
          pack?.refusals.map(refusal => refusal.code).filter(code => !shown.has(code)),
          [],
        )
      })
      for (const named of cases.ok ? cases.value : []) {
        test(named.name, () => assert.deepEqual(runCase(book, named), []))
      }
    })
  }
}
