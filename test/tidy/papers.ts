import { floors } from './floors.ts'
import type { Breach, Rule } from './rule.ts'
import { lineAt, moduleOf, type Tree } from './tree.ts'

const line = (text: string, count: number) => `${text}\n`.repeat(count)

/** Files over 400 lines, each with the reason why it is not split. */
const long: Readonly<Record<string, string>> = {}

const LONGEST = 400

function lengthBreaches(tree: Tree): Breach[] {
  const breaches: Breach[] = []
  for (const [path, text] of tree.files) {
    const length = text.split('\n').length - 1
    if (!/\.(ts|tsx|mjs|css|sql)$/.test(path) || path.endsWith('generated.ts') || path.endsWith('schema.sql')) continue
    if (length <= LONGEST || path in long) continue
    const instead = 'ask which word is missing and split by that noun, or give the reason in test/tidy/papers.ts'
    breaches.push({ path, line: LONGEST + 1, found: `${length} lines, ${LONGEST} at most`, instead })
  }
  return breaches
}

/** Names that a tool or a custom asks for. */
const GIVEN = /^(README(\.fr)?|ARCHITECTURE|GLOSSARY|CONTRIBUTING|CHANGELOG|SECURITY|LICENSE|SOURCES)(\.md)?$/
const KEBAB = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/

function nameBreaches(tree: Tree): Breach[] {
  return [...tree.files.keys()].flatMap(path =>
    path.split('/').flatMap(part => {
      if (KEBAB.test(part) || GIVEN.test(part)) return []
      const kebab = part
        .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
        .replaceAll(/[_ ]/g, '-')
        .toLowerCase()
      return [{ path, line: 1, found: `the name ${part}`, instead: `${kebab} (kebab-case)` }]
    }),
  )
}

const DRAWER = /^(utils?|helpers?|common|commons|shared|services?|misc|lib|stuff|managers?)(\.|$)/

function drawerBreaches(tree: Tree): Breach[] {
  return [...tree.files.keys()].flatMap(path => {
    const drawer = path.split('/').find(part => DRAWER.test(part))
    if (!drawer || path === 'test/shared.ts') return []
    return [
      {
        path,
        line: 1,
        found: `${drawer} is a drawer`,
        instead: 'the name of the thing, in the module whose word it uses',
      },
    ]
  })
}

function readmeBreaches(tree: Tree): Breach[] {
  const modules = new Set([...tree.files.keys()].flatMap(path => moduleOf(path) ?? []))
  return [...modules].flatMap(module => {
    const path = `src/${module}/README.md`
    const title = `# ${module} (floor ${floors[module]})`
    if (tree.files.get(path)?.startsWith(`${title}\n`)) return []
    const found = tree.files.has(path) ? 'another title' : `module ${module} has no README`
    return [
      { path, line: 1, found, instead: `a first line "${title}", then its promises, tables, invariants and files` },
    ]
  })
}

// Written in pieces, so that this file does not break its own rule.
const PLACES: readonly { readonly is: RegExp; readonly what: string; readonly instead: string }[] = [
  {
    is: new RegExp(`(?<![\\w.])/(${['work', 'root', 'Users', 'home/\\w+'].join('|')})/`),
    what: 'a path of one machine',
    instead: 'a path from the checkout, or tmpdir() of node:os',
  },
  {
    is: new RegExp(['registry', '(npmjs|yarnpkg|npmmirror)'].join('\\.')),
    what: 'a package registry',
    instead: 'the name of the package',
  },
  { is: new RegExp(['npmjs', 'com'].join('\\.')), what: 'a package registry', instead: 'the name of the package' },
  {
    is: new RegExp(`(unpkg|jsdelivr|esm)\\.${'(com|net|sh)'}/`),
    what: 'a package host',
    instead: 'the package from package.json: nothing is fetched at run time',
  },
]

function placeBreaches(tree: Tree): Breach[] {
  return [...tree.files].flatMap(([path, text]) => {
    if (path === 'package-lock.json') return []
    return PLACES.flatMap(({ is, what, instead }) => {
      const match = is.exec(text)
      return match ? [{ path, line: lineAt(text, match.index), found: `${what} (${match[0]})`, instead }] : []
    })
  })
}

function sharedBreaches(tree: Tree): Breach[] {
  return [...tree.sources].flatMap(({ path, text, nodes }) => {
    if (path === 'test/shared.ts' || path.startsWith('test/tidy/')) return []
    const node = nodes.find(
      ({ type, value }) =>
        (type === 'Literal' && typeof value === 'string' && value.includes('../shared/')) ||
        (type === 'TemplateElement' && (value as { raw: string }).raw.includes('../shared/')),
    )
    if (!node) return []
    const instead = "shared('standards/…') of test/shared.ts, and { skip: sharedMissing }"
    return [{ path, line: lineAt(text, node.start), found: 'the shared folder named directly', instead }]
  })
}

export const paperRules: readonly Rule[] = [
  {
    name: `no file is longer than ${LONGEST} lines without a reason`,
    check: lengthBreaches,
    bad: [{ files: { 'src/db/long.sql': line('-- a line', 401) }, caught: ['src/db/long.sql:401'] }],
    good: { 'src/db/fits.ts': line('// a line', 400), 'packs/ma/territories.yaml': line('a: b', 900) },
  },
  {
    name: 'file names are kebab-case',
    check: nameBreaches,
    bad: [
      {
        files: { 'src/db/outBox.ts': '', 'src/db_two/x.ts': '', 'docs/My page.md': '' },
        caught: ['src/db/outBox.ts:1', 'src/db_two/x.ts:1', 'docs/My page.md:1'],
      },
    ],
    good: {
      'src/db/out-box.db.test.ts': '',
      'README.fr.md': '',
      '.editorconfig': '',
      'src/db/migrations/0001-outbox.sql': '',
    },
  },
  {
    name: 'no file is a drawer',
    check: drawerBreaches,
    bad: [
      {
        files: { 'src/db/utils.ts': '', 'src/web/shared/x.tsx': '' },
        caught: ['src/db/utils.ts:1', 'src/web/shared/x.tsx:1'],
      },
    ],
    good: { 'src/insurance/service-point.ts': '', 'test/shared.ts': '' },
  },
  {
    name: 'each module has a README that says its floor',
    check: readmeBreaches,
    bad: [
      {
        files: { 'src/db/index.ts': '', 'src/rules/README.md': '# The rules\n' },
        caught: ['src/db/README.md:1', 'src/rules/README.md:1'],
      },
    ],
    good: { 'src/db/index.ts': '', 'src/db/README.md': '# db (floor 1)\n', 'src/server.ts': '' },
  },
  {
    name: 'no file names a machine or a package host',
    check: placeBreaches,
    bad: [
      {
        files: {
          'docs/a.md': `x\nsee /${'work'}/main/README.md`,
          'src/db/a.ts': `// ${['registry', 'npmjs', 'org'].join('.')}`,
          'src/web/a.css': `@import "https://${'unpkg'}.com/x.css";`,
        },
        caught: ['docs/a.md:2', 'src/db/a.ts:1', 'src/web/a.css:1'],
      },
    ],
    good: {
      'docs/a.md': 'a community works/works/works; src/network/',
      'package-lock.json': ['registry', 'npmjs', 'org'].join('.'),
    },
  },
  {
    name: 'tests reach the shared folder through test/shared.ts',
    check: sharedBreaches,
    bad: [{ files: { 'src/db/a.test.ts': "\nread('../shared/contract/decide.md')" }, caught: ['src/db/a.test.ts:2'] }],
    good: { 'src/db/a.test.ts': "// As ../shared/contract/decide.md says.\nread(shared('contract/decide.md'))" },
  },
]
