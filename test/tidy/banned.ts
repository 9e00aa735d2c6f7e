import { importsOf, nameOf } from './imports.ts'
import { type Breach, breach, type Rule, textOf } from './rule.ts'
import { isNode, isTest, type Node, type Source } from './tree.ts'

/** A thing that is not written here, where it is allowed all the same, and what is written in its place. */
type Ban = {
  readonly name: string
  readonly is: (node: Node, source: Source) => boolean
  readonly instead: string
  /** Beginnings of paths where it is right, each with the reason. */
  readonly except?: Readonly<Record<string, string>>
  /** Holds for tests as well. */
  readonly inTests?: true
  readonly bad: string
  readonly good: string
}

const call = (node: Node, ...names: string[]) =>
  node.type === 'CallExpression' && names.includes(dotted(node.callee as Node))

/** `process.exit` for that member expression; an empty text for what is no plain chain of names. */
function dotted(node: Node): string {
  if (node.type === 'Identifier') return String(node.name)
  if (node.type !== 'MemberExpression' || node.computed) return ''
  const object = dotted(node.object as Node)
  return object && `${object}.${nameOf(node.property)}`
}

const member = (node: Node, name: string) => node.type === 'MemberExpression' && dotted(node) === name

const assertion = (node: unknown): node is Node =>
  isNode(node) && (node.type === 'TSAsExpression' || node.type === 'TSTypeAssertion')

const packages: Readonly<Record<string, string>> = {
  axios: 'fetch, which Node has',
  'date-fns': 'the calendar of #kernel, or Temporal',
  dayjs: 'the calendar of #kernel, or Temporal',
  'decimal.js': 'bigint: Money and Fraction of #kernel',
  'big.js': 'bigint: Money and Fraction of #kernel',
  express: 'Hono',
  jest: 'node:test',
  lodash: 'the language: map, groupBy, toSorted',
  luxon: 'the calendar of #kernel, or Temporal',
  moment: 'the calendar of #kernel, or Temporal',
  'node-fetch': 'fetch, which Node has',
  uuid: 'newId of #kernel',
  vitest: 'node:test',
}

const bans: readonly Ban[] = [
  {
    name: 'the clock',
    is: node =>
      call(node, 'Date.now') ||
      (node.type === 'MemberExpression' && dotted(node).startsWith('Temporal.Now')) ||
      (node.type === 'NewExpression' && nameOf(node.callee) === 'Date' && (node.arguments as Node[]).length === 0),
    instead: 'take the day or the instant as an argument ("today" is an input); an entry point reads the clock',
    except: {
      'src/kernel/id.ts': 'an id carries its time of creation',
      'src/cli/': 'entry points: they pass the day down',
      'src/server.ts': 'the entry point: it passes the clock down',
      'bench/': 'benchmarks measure time',
    },
    bad: 'const today = new Date()',
    good: 'const born = new Date(Date.UTC(2020, 1, 1))',
  },
  {
    name: 'chance',
    is: node => call(node, 'Math.random'),
    instead: 'newId of #kernel for an id, a seeded generator for samples',
    inTests: true,
    bad: 'const draw = Math.random()',
    good: 'const floor = Math.floor(1)',
  },
  {
    name: 'a decimal read as a float',
    is: node => call(node, 'parseFloat', 'Number.parseFloat'),
    instead: 'parseMoney or parseFraction of #kernel; Number(text) for a count, after checking its digits',
    bad: "const rate = Number.parseFloat('0.2')",
    good: "const count = Number.parseInt('2', 10)",
  },
  {
    name: 'money made a float',
    is: (node, source) =>
      call(node, 'Number') &&
      /minor|amount|money|balance|centime/i.test(textOf(source, node).replace(/^Number/, '')) &&
      !/BigInt/.test(textOf(source, node)),
    instead: 'stay in bigint minor units; moneyText of #kernel writes them',
    bad: 'const x = Number(total.minor)',
    good: 'const x = Number(rows.count)',
  },
  {
    name: 'console',
    is: node => node.type === 'MemberExpression' && dotted(node).startsWith('console.'),
    instead: 'io.out and io.err in a command, the logger that server.ts passes elsewhere',
    except: {
      'bin/': 'runs before anything is installed',
      'src/web/compile.ts': 'a program of its own: its lines tell the process that started it how far it is',
      'test/run.ts': 'a program of its own',
      'bench/': 'programs of their own',
    },
    inTests: true,
    bad: "console.log('x')",
    good: "io.out('x')",
  },
  {
    name: 'the environment',
    is: node => member(node, 'process.env'),
    instead: 'a setting in src/config.ts, read by an entry point and passed down',
    except: {
      'bin/': 'runs before there are settings: asks whether npm started it',
      'src/config.ts': 'the one place that reads settings',
      'src/cli/main.ts': 'the entry point hands the environment to config',
      'src/web/compile.ts': 'a program of its own: it tells the build where to write',
      'src/web/react-router.config.ts': 'settings of the build, which compile.ts gives',
      'src/web/vite.config.ts': 'settings of the build, which compile.ts gives',
      'test/': 'the test bench is an entry point',
      'bench/': 'benchmarks are entry points',
    },
    inTests: true,
    bad: 'const url = process.env.DATABASE_URL',
    good: 'const url = config.databaseUrl',
  },
  {
    name: 'leaving the process',
    is: node => call(node, 'process.exit') || call(node, 'process.abort'),
    instead: 'a Result or an exception; the entry point decides on the exit code',
    except: {
      'bin/': 'the launcher',
      'src/cli/main.ts': 'the entry point',
      'src/cli/terminal.ts': 'a second Ctrl-C, and a reader that went away',
      'src/server.ts': 'the entry point',
    },
    bad: 'process.exit(1)',
    good: 'process.exitCode = 1',
  },
  {
    name: 'any',
    is: node => node.type === 'TSAnyKeyword',
    instead: 'unknown, and a check that narrows it',
    inTests: true,
    bad: 'const x: any = 1',
    good: 'const x: unknown = 1',
  },
  {
    name: 'a double assertion',
    is: node =>
      assertion(node) &&
      assertion(node.expression) &&
      (node.expression.typeAnnotation as Node).type === 'TSUnknownKeyword',
    instead: 'a function that checks the shape and returns the type, or a Zod schema at the edge',
    inTests: true,
    bad: 'const x = y as unknown as string',
    good: 'const x = y as string',
  },
  {
    name: 'enum',
    is: node => node.type === 'TSEnumDeclaration',
    instead: "a union of texts: type State = 'pending' | 'posted'",
    inTests: true,
    bad: 'enum State { pending }',
    good: "type State = 'pending'",
  },
  {
    name: 'a namespace',
    is: node =>
      node.type === 'TSModuleDeclaration' && node.kind !== 'global' && isNode(node.id) && node.id.type === 'Identifier',
    instead: 'a file: files are the namespaces',
    inTests: true,
    bad: 'namespace Money { export const one = 1 }',
    good: "declare module 'react-router' { interface X { a: 1 } }",
  },
  {
    name: 'a default export',
    is: node => node.type === 'ExportDefaultDeclaration',
    instead: 'a named export, so that the name is the same everywhere',
    except: { 'src/web/': 'routes and build settings: the framework asks for it' },
    bad: 'export default 1',
    good: 'export const one = 1',
  },
  {
    name: 'a package that has a better replacement here',
    is: (node, source) => bannedPackage(node, source) !== undefined,
    instead: Object.entries(packages)
      .map(([name, better]) => `${name} → ${better}`)
      .join('; '),
    inTests: true,
    bad: "import moment from 'moment'\nmoment()",
    good: "import { parse } from 'yaml'\nparse('')",
  },
  {
    name: 'a shell command line',
    is: node => call(node, 'exec', 'execSync', 'child_process.exec', 'child_process.execSync'),
    instead: 'spawn or execFile with a list of arguments: a path may hold a space or an accent',
    inTests: true,
    bad: 'execSync("ls " + folder)',
    good: "execFileSync('ls', [folder])",
  },
  {
    name: 'code made from text',
    is: node => call(node, 'eval') || (node.type === 'NewExpression' && nameOf(node.callee) === 'Function'),
    instead: 'a function; only the compiler of rules writes code',
    except: { 'src/rules/': 'the compiler turns a checked pack into a function' },
    inTests: true,
    bad: "new Function('return 1')",
    good: 'new Map()',
  },
  {
    name: 'sleeping in a test',
    is: (node, source) =>
      isTest(source.path) &&
      ((node.type === 'ImportDeclaration' && (node.source as Node).value === 'node:timers/promises') ||
        (node.type === 'NewExpression' &&
          nameOf(node.callee) === 'Promise' &&
          /setTimeout\(\s*\w+\s*,/.test(textOf(source, node)))),
    instead: 'wait for the event or the row itself (a promise, an output line, a page state)',
    except: { 'test/torture/': 'kills at moments drawn from a seed: the time between them is what is tried' },
    inTests: true,
    bad: 'await new Promise(resolve => setTimeout(resolve, 100))',
    good: "await once(child, 'exit')",
  },
  {
    name: 'a test left alone or left for later',
    is: node =>
      call(
        node,
        ...['test', 'it', 'describe', 'suite'].flatMap(name => [`${name}.only`, `${name}.todo`, `${name}.skip`]),
      ),
    instead: 'test(…); a test that needs the shared folder takes { skip: sharedMissing }',
    inTests: true,
    bad: "test.only('x', () => {})",
    good: "test('x', { skip: sharedMissing }, () => {})",
  },
]

function bannedPackage(node: Node, source: Source): string | undefined {
  const found = importsOf({ ...source, nodes: [node] })[0]
  return found && Object.keys(packages).find(name => found.from === name || found.from.startsWith(`${name}/`))
}

function ruleOf(ban: Ban): Rule {
  const where = ban.name.includes('test') ? 'src/db/sample.test.ts' : 'src/db/sample.ts'
  return {
    name: `banned: ${ban.name}`,
    check: tree =>
      tree.sources
        .filter(
          ({ path }) =>
            (ban.inTests || !isTest(path)) && !Object.keys(ban.except ?? {}).some(start => path.startsWith(start)),
        )
        .flatMap(source =>
          source.nodes.flatMap(node =>
            ban.is(node, source)
              ? [
                  breach(
                    source,
                    node,
                    `${ban.name} (${textOf(source, node).split('\n')[0]?.slice(0, 60)})`,
                    ban.instead,
                  ),
                ]
              : [],
          ),
        ),
    bad: [{ files: { [where]: `\n${ban.bad}` }, caught: [`${where}:2`] }],
    good: { [where]: ban.good },
  }
}

const LATER = /\b(TODO|FIXME|XXX|HACK|for now|placeholder|not implemented yet)\b/

/** Words that put work off, in comments of code and anywhere in the papers and the data. */
function laterBreaches(source: Source): Breach[] {
  return source.comments.flatMap(comment => {
    const found = LATER.exec(comment.value)
    return found
      ? [breach(source, comment, `"${found[0]}" in a comment`, 'do it, or open an issue and say nothing here')]
      : []
  })
}

const laterRule: Rule = {
  name: 'banned: work put off in a comment',
  check: tree => tree.sources.filter(({ path }) => !path.startsWith('test/tidy/')).flatMap(laterBreaches),
  bad: [
    { files: { 'src/db/sample.ts': '/** x */\n// TODO: later\nexport const x = 1' }, caught: ['src/db/sample.ts:2'] },
  ],
  good: { 'src/db/sample.tsx': "export const field = { placeholder: 'x' } // What the field shows when empty." },
}

export const bannedRules: readonly Rule[] = [...bans.map(ruleOf), laterRule]
