import { doorsOf } from './floors.ts'
import { importsOf, nameOf, targetOf } from './imports.ts'
import { type Breach, breach, type Rule } from './rule.ts'
import { isNode, isTest, lineAt, type Node, type Source, type Tree } from './tree.ts'

const DOOR = /^src\/[^/]+\/index\.ts$/

/** Files that something outside the checkout's imports starts from. */
const ENTRIES =
  /^src\/([^/]+\/index\.ts|server\.ts|config\.ts|cli\/main\.ts|web\/(routes\.ts|root\.tsx|entry\.(client|server)\.tsx|(vite|react-router)\.config\.ts)|.*\.d\.ts|[^/]+\/migrations\/[^/]+\.sql)$/

/** What the router looks for in a route's file. */
const ROUTE_EXPORTS = new Set(
  'default action clientAction clientLoader ErrorBoundary handle headers HydrateFallback Layout links loader meta middleware shouldRevalidate'.split(
    ' ',
  ),
)

/** Files that routes.ts names, and the root. */
function routeFiles(tree: Tree): ReadonlySet<string> {
  const routes = tree.sources.find(({ path }) => path === 'src/web/routes.ts')
  const named = routes?.nodes.flatMap(({ type, value }) =>
    type === 'Literal' && typeof value === 'string' && /\.tsx?$/.test(value)
      ? [`src/web/${value.replace('./', '')}`]
      : [],
  )
  return new Set([...(named ?? []), 'src/web/root.tsx'])
}

function deadFiles(tree: Tree): Breach[] {
  const doors = doorsOf(tree)
  const byPath = new Map(tree.sources.map(source => [source.path, source]))
  const reached = new Set<string>()
  const visit = (path: string) => {
    if (reached.has(path)) return
    reached.add(path)
    const source = byPath.get(path)
    if (source) for (const target of targetsOf(source, doors)) visit(target)
    else for (const target of importsOfStyle(path, tree.files.get(path))) visit(target)
  }
  for (const path of [...tree.files.keys(), ...routeFiles(tree)]) {
    if ((path.startsWith('src/') && ENTRIES.test(path)) || routeFiles(tree).has(path)) visit(path)
  }
  return [...tree.files.keys()]
    .filter(path => /^src\/.*\.(ts|tsx|css|sql)$/.test(path) && !isTest(path) && !reached.has(path) && !isSchema(path))
    .map(path => ({
      path,
      line: 1,
      found: 'no door, command, route or worker leads here',
      instead: 'call it or delete it',
    }))
}

function targetsOf(source: Source, doors: Readonly<Record<string, string>>): string[] {
  return importsOf(source).flatMap(({ from }) => targetOf(from, source.path, doors)?.replace(/\?.*$/, '') ?? [])
}

function importsOfStyle(path: string, text: string | undefined): string[] {
  if (!path.endsWith('.css') || text === undefined) return []
  return [...text.matchAll(/@import\s+["']([^"']+)/g)].flatMap(([, from]) => targetOf(from!, path, {}) ?? [])
}

/** The schema as it stands and the types made from it are written by a command and compared by a test. */
function isSchema(path: string): boolean {
  return path.startsWith('src/db/') && /\/(schema\.sql|generated\.ts)$/.test(path)
}

function deadExports(tree: Tree): Breach[] {
  const doors = doorsOf(tree)
  const routes = routeFiles(tree)
  const used = new Map<string, Set<string> | 'all'>()
  for (const source of tree.sources) {
    for (const { from, names } of importsOf(source)) {
      const target = targetOf(from, source.path, doors)?.replace(/\?.*$/, '')
      if (target === undefined) continue
      const known = used.get(target)
      if (names === undefined || known === 'all') used.set(target, 'all')
      else used.set(target, new Set([...(known ?? []), ...names]))
    }
  }
  return tree.sources.flatMap(source => {
    const { path } = source
    const names = used.get(path)
    if (!path.startsWith('src/') || isTest(path) || names === 'all' || ENTRIES.test(path)) return []
    return exportsOf(source)
      .filter(({ name }) => !names?.has(name) && !(routes.has(path) && ROUTE_EXPORTS.has(name)))
      .filter(({ node, name }) => !isSpokenHere(source, node, name))
      .map(({ node, name }) => breach(source, node, `nobody imports ${name}`, 'drop the word export, or the thing'))
  })
}

/** A type that its own file uses belongs to what the file says, even where nobody else names it. */
function isSpokenHere(source: Source, node: Node, name: string): boolean {
  if (!isNode(node.declaration) || !/^TS(TypeAlias|Interface)Declaration$/.test(node.declaration.type)) return false
  return source.nodes.some(({ type, typeName }) => type === 'TSTypeReference' && nameOf(typeName) === name)
}

function exportsOf(source: Source): { readonly node: Node; readonly name: string }[] {
  return source.nodes.flatMap(node => {
    if (node.type === 'ExportDefaultDeclaration') return [{ node, name: 'default' }]
    if (node.type !== 'ExportNamedDeclaration' || isNode(node.source)) return []
    const listed = (node.specifiers as Node[]).map(({ exported }) => nameOf(exported))
    return [...listed, ...declaredNames(node.declaration)].map(name => ({ node, name }))
  })
}

function declaredNames(declaration: unknown): string[] {
  if (!isNode(declaration)) return []
  if (declaration.type !== 'VariableDeclaration') return [nameOf(declaration.id)]
  return (declaration.declarations as Node[]).flatMap(({ id }) => {
    const target = id as Node
    if (target.type !== 'ObjectPattern') return [nameOf(target)]
    return (target.properties as Node[]).map(property => nameOf(property.value))
  })
}

function barrels(source: Source): Breach[] {
  const { path, nodes, text } = source
  if (!path.startsWith('src/') || isTest(path)) return []
  if (/\/index\.tsx?$/.test(path) && !DOOR.test(path)) {
    return [
      {
        path,
        line: 1,
        found: 'a door inside a module',
        instead: 'a file named after what it holds: one door per module',
      },
    ]
  }
  const program = nodes[0]?.body as Node[]
  return program.flatMap(node => {
    const forwards =
      node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && isNode(node.source))
    const at = { path, line: lineAt(text, node.start) }
    if (node.type === 'ExportAllDeclaration') return [{ ...at, found: 'export *', instead: 'the names, one by one' }]
    if (forwards === DOOR.test(path)) return []
    if (forwards)
      return [
        { ...at, found: 'a name passed on', instead: 'import it where it is used; only the door passes names on' },
      ]
    return [{ ...at, found: 'logic in the door', instead: 'a file named after it; the door only passes names on' }]
  })
}

const manifest = JSON.stringify({ imports: { '#db': './src/db/index.ts' } })

export const reachRules: readonly Rule[] = [
  {
    name: 'no file is dead',
    check: deadFiles,
    bad: [
      {
        files: {
          'package.json': manifest,
          'src/db/index.ts': "export { open } from './open.ts'",
          'src/db/open.ts': 'export const open = 1',
          'src/db/old.ts': 'export const old = 1',
          'src/db/old.test.ts': "import { old } from './old.ts'\nold",
          'src/db/queries.sql': 'select 1;',
          'src/web/home.tsx': 'export default 1',
        },
        caught: ['src/db/old.ts:1', 'src/db/queries.sql:1', 'src/web/home.tsx:1'],
      },
    ],
    good: {
      'package.json': manifest,
      'src/db/index.ts': "export { open } from './open.ts'",
      'src/db/open.ts': "export const open = new Worker(new URL('./writer.ts', import.meta.url))",
      'src/db/writer.ts': "import './queue.sql?raw'",
      'src/db/queue.sql': 'select 1;',
      'src/db/migrations/0001-x.sql': '',
      'src/cli/main.ts': "import { commands } from './commands.ts'\ncommands",
      'src/cli/commands.ts': "export const commands = { pay: () => import('./commands/pay.ts') }",
      'src/cli/commands/pay.ts': 'export const command = 1',
      'src/web/routes.ts': "export default [route('home', 'citizen/home.tsx')]",
      'src/web/citizen/home.tsx': "import './home.css'\nexport default 1",
      'src/web/citizen/home.css': '@import "./tokens.css";',
      'src/web/citizen/tokens.css': '',
    },
  },
  {
    name: 'no export is dead',
    check: deadExports,
    bad: [
      {
        files: {
          'package.json': manifest,
          'src/db/index.ts': "export { open } from './open.ts'",
          'src/db/open.ts':
            'export const open = 1\nexport type Left = 1\nexport function alone() {}\nexport const { a, b: c } = d',
          'src/web/routes.ts': "export default [route('x', './citizen/home.tsx')]",
          'src/web/citizen/home.tsx': 'export const title = 1\nexport const loader = 1',
        },
        caught: [
          'src/db/open.ts:2',
          'src/db/open.ts:3',
          'src/db/open.ts:4',
          'src/db/open.ts:4',
          'src/web/citizen/home.tsx:1',
        ],
      },
    ],
    good: {
      'package.json': manifest,
      'src/db/index.ts': "export { open } from './open.ts'",
      'src/db/open.ts':
        "import { read } from './read.ts'\nimport * as all from './all.ts'\nexport const open = read + all",
      'src/db/read.ts': 'export const read: Depth = 1\nexport const tried = 2\nexport type Depth = 1',
      'src/db/read.test.ts': "import { tried } from './read.ts'\ntried",
      'src/db/all.ts': 'export const one = 1',
    },
  },
]

export const doorRules: readonly Rule[] = [
  {
    name: 'a door only passes names on, and nothing else does',
    check: tree => tree.sources.flatMap(barrels),
    bad: [
      {
        files: {
          'src/db/index.ts': "export { open } from './open.ts'\nexport const late = 1\nexport * from './read.ts'",
          'src/db/read.ts': "export { open } from './open.ts'",
          'src/db/jobs/index.ts': '',
        },
        caught: ['src/db/index.ts:2', 'src/db/index.ts:3', 'src/db/read.ts:1', 'src/db/jobs/index.ts:1'],
      },
    ],
    good: {
      'src/db/index.ts': "export { open } from './open.ts'",
      'src/db/open.ts': 'const open = 1\nexport { open }',
    },
  },
]
