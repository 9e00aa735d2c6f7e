// House rules as tests. Each rule is first tried on a small sample that breaks it and on one that keeps it, then on the
// checkout; what it finds is said with the file, the line and the replacement. The rules are in test/tidy/.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { commands } from '../src/cli/commands.ts'
import { bannedRules } from './tidy/banned.ts'
import { commandRules } from './tidy/commands.ts'
import { dependencyRules } from './tidy/dependencies.ts'
import { floorRules } from './tidy/floors.ts'
import { lockRules } from './tidy/lock.ts'
import { paperRules } from './tidy/papers.ts'
import { doorRules, reachRules } from './tidy/reach.ts'
import { sentence } from './tidy/rule.ts'
import { tableRules } from './tidy/tables.ts'
import { readTree, treeOf } from './tidy/tree.ts'
import { wordingRules } from './tidy/wording.ts'

const tree = readTree()

for (const rule of [
  ...floorRules,
  ...tableRules,
  ...doorRules,
  ...reachRules,
  ...bannedRules,
  ...wordingRules,
  ...commandRules,
  ...lockRules,
  ...dependencyRules,
  ...paperRules,
]) {
  describe(rule.name, () => {
    test('is caught where it is broken', () => {
      for (const { files, caught } of rule.bad) {
        const found = rule.check(treeOf(new Map(Object.entries(files))))
        assert.deepEqual(
          found.map(({ path, line }) => `${path}:${line}`),
          caught,
        )
      }
    })
    test('leaves alone what keeps it', () => {
      assert.deepEqual(rule.check(treeOf(new Map(Object.entries(rule.good)))).map(sentence), [])
    })
    test('holds here', () => {
      const found = rule.check(tree).map(sentence)
      assert.equal(found.length, 0, `\n${found.join('\n')}`)
    })
  })
}

for (const [name, load] of Object.entries(commands)) {
  test(`socle help ${name} says what it does, how it is called, and shows a call`, async () => {
    const { command } = await load()
    assert.match(command.summary, /^[A-Z][^\n]{9,109}\.$/, 'a sentence')
    assert.ok(command.usage.length > 0 && command.usage.every(form => form === name || form.startsWith(`${name} `)))
    assert.ok(command.examples.length > 0)
    for (const { call, says } of command.examples) {
      assert.match(
        call,
        new RegExp(`(^|\\b)(npx socle ${name}\\b|npm (run )?${name}\\b)`),
        'a call that works as it stands in a checkout',
      )
      assert.ok(says.length > 9, call)
    }
  })
}
