import { type Command, UsageError } from '../command.ts'
import { rulesDiff, rulesDiffForms } from './rules-diff.ts'
import { rulesEval, rulesEvalForms } from './rules-eval.ts'
import { rulesCheck, rulesExplain, rulesForms, rulesList, rulesTest } from './rules-packs.ts'

const actions = {
  check: rulesCheck,
  test: rulesTest,
  explain: rulesExplain,
  eval: rulesEval,
  diff: rulesDiff,
  list: rulesList,
}

export const command: Command = {
  summary: 'Checks, tests, explains and compares the law written in packs/.',
  usage: [...rulesForms.usage, ...rulesDiffForms.usage, ...rulesEvalForms.usage],
  help: [rulesForms.help, rulesDiffForms.help, rulesEvalForms.help].join('\n\n'),
  examples: [
    { call: 'npx socle rules check', says: 'checks every pack of every country: each mistake with its place' },
    { call: 'npx socle rules test ma/asd', says: 'runs the named cases of direct social assistance' },
    { call: 'npx socle rules test', says: 'the named cases of every pack' },
    { call: 'npx socle rules list', says: 'the packs, when they are in force, what they still wait for' },
    { call: 'npx socle rules explain --pack ma/asd --language fr < case.json', says: 'why, as plain lines' },
    { call: 'npx socle rules diff HEAD packs/ma', says: 'what the edited packs change in law, and for which cases' },
    {
      call: 'npx socle rules diff HEAD packs/ma --snapshot FOLDER --month 2026-12',
      says: 'and for how many households of a snapshot',
    },
    { call: 'npx socle rules eval "0.1 + 0.2 = 0.3"', says: 'the value of an expression: true' },
  ],
  async run([name, ...rest], io) {
    const action = actions[name as keyof typeof actions]
    if (action === undefined) {
      const found = name === undefined ? 'what to do is missing' : `there is no rules ${name}`
      throw new UsageError(`${found}; accepted: ${Object.keys(actions).join(', ')}`)
    }
    return action(rest, io)
  },
}
