import { importsOf, targetOf } from './imports.ts'
import { type Breach, breach, type Rule } from './rule.ts'
import { isTest, moduleOf, type Source, type Tree } from './tree.ts'

/** Which module stands on which floor. The same table is drawn in ARCHITECTURE.md. */
export const floors: Readonly<Record<string, number>> = {
  kernel: 0,
  rules: 1,
  db: 1,
  countries: 2,
  security: 2,
  population: 3,
  messaging: 3,
  payments: 3,
  households: 4,
  programmes: 5,
  insurance: 6,
  grievances: 7,
  monitoring: 8,
  simulation: 8,
  interop: 8,
  privacy: 8,
  web: 9,
  field: 9,
  cli: 9,
}

/** `#payments` → `./src/payments/index.ts`, as package.json says. */
export function doorsOf(tree: Tree): Readonly<Record<string, string>> {
  const manifest = tree.files.get('package.json')
  return manifest ? (JSON.parse(manifest).imports ?? {}) : {}
}

const manifest = JSON.stringify({
  imports: {
    '#kernel': './src/kernel/index.ts',
    '#db': './src/db/index.ts',
    '#population': './src/population/index.ts',
    '#payments': './src/payments/index.ts',
    '#programmes': './src/programmes/index.ts',
    '#config': './src/config.ts',
  },
})

/** Tests may look sideways and up (a payment test may need a programme): they are bound by doors, not by floors. */
function floorBreaches(source: Source, doors: Readonly<Record<string, string>>): Breach[] {
  const module = moduleOf(source.path)
  if (module === undefined || isTest(source.path)) return []
  const floor = floors[module]
  if (floor === undefined) {
    const instead = 'give it a floor in test/tidy/floors.ts and in ARCHITECTURE.md'
    return [breach(source, { start: 0 }, `module ${module} stands on no floor`, instead)]
  }
  return importsOf(source).flatMap(({ node, from }) => {
    const target = targetOf(from, source.path, doors)
    const other = target === undefined ? undefined : moduleOf(target)
    if (target === 'src/server.ts' && !source.path.startsWith('src/cli/commands/')) {
      return [
        breach(source, node, 'only a command starts server.ts', 'let server.ts pass what you need as an argument'),
      ]
    }
    if (other === undefined || other === module) return []
    const below = floors[other]
    if (below !== undefined && below < floor) return []
    const found = `${module} (floor ${floor}) imports ${other} (floor ${below ?? 'none'})`
    return [breach(source, node, found, 'calls go down only; let news travel up by an event that server.ts subscribes')]
  })
}

function doorBreaches(source: Source, doors: Readonly<Record<string, string>>): Breach[] {
  const module = moduleOf(source.path)
  return importsOf(source).flatMap(({ node, from }) => {
    if (from.startsWith('#') && doors[from] === undefined) {
      const known = Object.keys(doors).join(', ')
      return [breach(source, node, `${from} is no door`, `import one of ${known}`)]
    }
    const target = from.startsWith('.') ? targetOf(from, source.path, doors) : undefined
    const other = target === undefined ? undefined : moduleOf(target)
    if (other === undefined || other === module || entersBySide(source.path)) return []
    // web, field and cli have no door: only server.ts and the tests call into them.
    if (doors[`#${other}`] === undefined)
      return source.path === 'src/server.ts' || isTest(source.path) ? [] : [past(source, node, from, other)]
    return [past(source, node, from, other)]
  })
}

function past(source: Source, node: { readonly start: number }, from: string, other: string): Breach {
  return breach(
    source,
    node,
    `${from} goes past the door of ${other}`,
    `import from '#${other}', and ask its owner for a missing name`,
  )
}

/** Whole-system tests and benchmarks may look inside. */
function entersBySide(path: string): boolean {
  return path.startsWith('test/') || path.startsWith('bench/')
}

const pure = ['kernel', 'rules']

function purityBreaches(source: Source): Breach[] {
  if (!pure.includes(moduleOf(source.path) ?? '') || isTest(source.path)) return []
  return importsOf(source).flatMap(({ node, from, names }) => {
    if (!from.startsWith('node:')) return []
    if (from === 'node:crypto' && names?.every(name => name === 'createHash')) return []
    const found = `${moduleOf(source.path)} is pure, yet imports ${from}`
    return [
      breach(
        source,
        node,
        found,
        'take the text, the day or the bytes as an argument; a shell on a higher floor reads them',
      ),
    ]
  })
}

function configBreaches(source: Source, doors: Readonly<Record<string, string>>): Breach[] {
  const entry =
    ['src/server.ts', 'src/config.ts'].includes(source.path) || /^(src\/cli|test|bench|bin)\//.test(source.path)
  if (entry || isTest(source.path)) return []
  return importsOf(source).flatMap(({ node, from, typeOnly }) =>
    !typeOnly && targetOf(from, source.path, doors) === 'src/config.ts'
      ? [breach(source, node, 'only entry points read the settings', 'take the setting as an argument')]
      : [],
  )
}

export const floorRules: readonly Rule[] = [
  {
    name: 'imports go down only, and neighbours on a floor never import each other',
    check: tree => tree.sources.flatMap(source => floorBreaches(source, doorsOf(tree))),
    bad: [
      {
        files: {
          'package.json': manifest,
          'src/payments/run.ts':
            "import { newId } from '#kernel'\nimport { findPerson } from '#population'\nfindPerson(newId())",
          'src/population/merge.ts': "export type { Pack } from '#programmes'",
          'src/attic/box.ts': 'export const box = 1',
          'src/web/page.ts': "import { start } from '../server.ts'\nstart()",
        },
        caught: ['src/payments/run.ts:2', 'src/population/merge.ts:1', 'src/attic/box.ts:1', 'src/web/page.ts:1'],
      },
    ],
    good: {
      'package.json': manifest,
      'src/programmes/enrol.ts': "import { findPerson } from '#population'\nexport const enrol = findPerson",
      'src/payments/run.db.test.ts': "import { enrol } from '#programmes'\nenrol()",
      'src/server.ts': "import { enrol } from '#programmes'\nenrol()",
      'src/cli/commands/start.ts': "import { start } from '../../server.ts'\nstart()",
    },
  },
  {
    name: 'a module is entered through its door',
    check: tree => tree.sources.flatMap(source => doorBreaches(source, doorsOf(tree))),
    bad: [
      {
        files: {
          'package.json': manifest,
          'src/programmes/enrol.ts':
            "import { findPerson } from '../population/person.ts'\nimport { a } from '#population/person.ts'\nfindPerson(a)",
          'src/server.ts': "\nconst { newId } = await import('./kernel/id.ts')\nnewId()",
          'src/web/page.test.ts': "import { enrol } from '../programmes/enrol.ts'\nenrol()",
          'src/cli/page.ts': "import { page } from '../web/page.ts'\npage()",
        },
        caught: [
          'src/programmes/enrol.ts:1',
          'src/programmes/enrol.ts:2',
          'src/server.ts:2',
          'src/web/page.test.ts:1',
          'src/cli/page.ts:1',
        ],
      },
    ],
    good: {
      'package.json': manifest,
      'src/payments/run.ts': "import { newId } from '#kernel'\nimport { post } from './ledger/post.ts'\npost(newId())",
      'src/server.ts': "import { newId } from '#kernel'\nimport { build } from './web/compile.ts'\nbuild(newId())",
    },
  },
  {
    name: 'kernel and rules are pure: of Node they use createHash alone',
    check: tree => tree.sources.flatMap(purityBreaches),
    bad: [
      {
        files: {
          'src/rules/check.ts':
            "import { readFileSync } from 'node:fs'\nimport { createHash, randomBytes } from 'node:crypto'\nreadFileSync(createHash(randomBytes))",
        },
        caught: ['src/rules/check.ts:1', 'src/rules/check.ts:2'],
      },
    ],
    good: { 'src/rules/check.ts': "import { createHash } from 'node:crypto'\ncreateHash('sha256')" },
  },
  {
    name: 'only entry points read the settings',
    check: tree => tree.sources.flatMap(source => configBreaches(source, doorsOf(tree))),
    bad: [
      {
        files: { 'package.json': manifest, 'src/db/connect.ts': "import { config } from '#config'\nconfig()" },
        caught: ['src/db/connect.ts:1'],
      },
    ],
    good: {
      'package.json': manifest,
      'src/db/connect.ts': "import type { Config } from '#config'\nexport const connect = (config: Config) => config",
      'src/server.ts': "import { config } from '#config'\nconfig()",
    },
  },
  {
    name: 'package.json lists a door for each module, and no other',
    check: doorListBreaches,
    bad: [
      {
        files: {
          'package.json': JSON.stringify({ imports: { '#kernel': './src/kernel/index.ts' } }),
          'src/households/index.ts': '',
        },
        caught: ['package.json:1', 'package.json:1'],
      },
    ],
    good: {
      'package.json': JSON.stringify({ imports: { '#kernel': './src/kernel/index.ts' } }),
      'src/kernel/index.ts': '',
    },
  },
]

function doorListBreaches(tree: Tree): Breach[] {
  const listed = Object.values(doorsOf(tree)).filter(path => path.endsWith('/index.ts'))
  const doors = [...tree.files.keys()].filter(path => /^src\/[^/]+\/index\.ts$/.test(path)).map(path => `./${path}`)
  const at = { path: 'package.json', line: 1 }
  const missing = doors
    .filter(path => !listed.includes(path))
    .map(path => ({
      ...at,
      found: `no door leads to ${path}`,
      instead: `add "#${path.split('/')[2]}": "${path}" to imports`,
    }))
  const leadingNowhere = listed
    .filter(path => !doors.includes(path))
    .map(path => ({ ...at, found: `a door leads to ${path}, which is not there`, instead: 'take it out of imports' }))
  return [...missing, ...leadingNowhere]
}
