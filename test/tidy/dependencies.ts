import type { Breach, Rule } from './rule.ts'
import { lineAt, type Tree } from './tree.ts'

type Locked = {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly license?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly optional?: boolean
  readonly os?: readonly string[]
  readonly hasInstallScript?: boolean
}
type Names = Readonly<Record<string, string>>
type Manifest = { readonly [Kind in (typeof KINDS)[number]]?: Names } & { readonly allowScripts?: object }

const KINDS = ['dependencies', 'optionalDependencies', 'devDependencies'] as const
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/

/** Licences that a ministry may run and change. The second list is for what stays in a developer's hands or is a file of data. */
const OPEN = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'Unlicense'])
/** Used as they are: a tool that compiles styles, the data that it reads, fonts under their own licence. */
const UNCHANGED: Names = {
  lightningcss: 'MPL-2.0',
  'axe-core': 'MPL-2.0',
  'caniuse-lite': 'CC-BY-4.0',
  argparse: 'Python-2.0',
  '@fontsource/ibm-plex-sans-arabic': 'OFL-1.1',
  '@fontsource/noto-naskh-arabic': 'OFL-1.1',
}

const manifestOf = (tree: Tree): Manifest => JSON.parse(tree.files.get('package.json') ?? '{}')
const lockOf = (tree: Tree): string => tree.files.get('package-lock.json') ?? '{"packages":{}}'
const lockedIn = (text: string): [string, Locked][] =>
  Object.entries(JSON.parse(text).packages as Record<string, Locked>).filter(([path]) => path !== '')
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

function inLock(tree: Tree, find: (locked: Locked, name: string) => string | undefined, instead: string): Breach[] {
  const text = lockOf(tree)
  return lockedIn(text).flatMap(([path, locked]) => {
    const found = find(locked, nameOf(path))
    const line = lineAt(text, text.indexOf(`"${path}"`))
    return found === undefined ? [] : [{ path: 'package-lock.json', line, found: `${nameOf(path)}: ${found}`, instead }]
  })
}

function rangeBreaches(tree: Tree): Breach[] {
  const text = tree.files.get('package.json') ?? '{}'
  const manifest = manifestOf(tree)
  return KINDS.flatMap(kind =>
    Object.entries(manifest[kind] ?? {})
      .filter(([, version]) => !EXACT.test(version))
      .map(([name, version]) => ({
        path: 'package.json',
        line: lineAt(text, text.indexOf(`"${name}": "${version}"`)),
        found: `${name} ${version}`,
        instead: 'one exact version: what was tested is what is installed',
      })),
  )
}

/** Packages for other machines that only developers install, and that npm could not read when the lock was written. */
function isElsewhere({ dev, optional, os }: Locked): boolean {
  return dev === true && optional === true && os !== undefined
}

function isOpen(name: string, license: string): boolean {
  if (license.startsWith('(') || license.includes(' OR ')) {
    return license
      .replaceAll(/[()]/g, '')
      .split(' OR ')
      .some(each => isOpen(name, each))
  }
  const own = Object.entries(UNCHANGED).find(([each]) => name === each || name.startsWith(`${each}-`))
  return OPEN.has(license) || own?.[1] === license
}

const lock = (packages: Readonly<Record<string, Locked>>) => JSON.stringify({ packages }, null, 1)
const whole: Locked = { version: '1.0.0', integrity: 'sha512-eA==', license: 'MIT' }
const without = (key: keyof Locked): Locked =>
  Object.fromEntries(Object.entries(whole).filter(([name]) => name !== key))

export const dependencyRules: readonly Rule[] = [
  {
    name: 'every dependency is asked for in one exact version',
    check: rangeBreaches,
    bad: [
      {
        files: {
          'package.json':
            '{\n"dependencies": {"a": "^1.0.0"},\n"devDependencies": {"b": "latest", "c": "git+ssh://x/c"}\n}',
        },
        caught: ['package.json:2', 'package.json:3', 'package.json:3'],
      },
    ],
    good: { 'package.json': '{"dependencies": {"a": "1.0.0", "b": "5.0.0-beta.17"}}' },
  },
  {
    name: 'every package is locked in one version by the hash of its content, from wherever it is fetched',
    check: tree =>
      inLock(
        tree,
        locked => {
          if (locked.link === true || !EXACT.test(locked.version ?? '')) return `version ${locked.version ?? 'none'}`
          if (locked.resolved !== undefined) return `from ${locked.resolved}`
          if (locked.integrity === undefined) return isElsewhere(locked) ? undefined : 'without integrity'
          return /^sha512-[\w+/=]+$/.test(locked.integrity) ? undefined : `integrity ${locked.integrity}`
        },
        'one exact version and its sha512, without an address: the hash decides, whichever registry or mirror answers',
      ),
    bad: [
      {
        files: {
          'package-lock.json': lock({
            'node_modules/a': without('integrity'),
            'node_modules/b': { ...whole, resolved: 'https://evil.test/b.tgz' },
            'node_modules/c': { ...whole, version: 'git+ssh://x/c' },
            'node_modules/d': { ...whole, integrity: 'sha1-eA==' },
            'node_modules/e': { link: true },
            'node_modules/f': { ...without('integrity'), optional: true, os: ['linux'] },
          }),
        },
        caught: [3, 7, 13, 18, 23, 26].map(line => `package-lock.json:${line}`),
      },
    ],
    good: {
      'package-lock.json': lock({
        'node_modules/a': whole,
        'node_modules/b-linux': { ...without('integrity'), dev: true, optional: true, os: ['linux'] },
      }),
    },
  },
  {
    name: 'no package runs a program when it is installed, but those that package.json names',
    check: tree => {
      const allowed = manifestOf(tree).allowScripts ?? {}
      return inLock(
        tree,
        ({ hasInstallScript }, name) => (hasInstallScript && !(name in allowed) ? 'runs a script' : undefined),
        'another package, or, read and trusted, a line in allowScripts of package.json',
      )
    },
    bad: [
      {
        files: { 'package-lock.json': lock({ 'node_modules/a': { ...whole, hasInstallScript: true } }) },
        caught: ['package-lock.json:3'],
      },
    ],
    good: {
      'package.json': '{"allowScripts": {"a": true}}',
      'package-lock.json': lock({ 'node_modules/a': { ...whole, hasInstallScript: true } }),
    },
  },
  {
    name: 'every package has a licence under which a ministry may run and change it',
    check: tree =>
      inLock(
        tree,
        ({ license = 'none' }, name) => (isOpen(name, license) ? undefined : `licence ${license}`),
        'a package under an open licence; one that is used unchanged is named in test/tidy/dependencies.ts',
      ),
    bad: [
      {
        files: {
          'package-lock.json': lock({
            'node_modules/a': { ...whole, license: 'SSPL-1.0' },
            'node_modules/b': without('license'),
            'node_modules/c': { ...whole, license: 'MPL-2.0' },
          }),
        },
        caught: ['package-lock.json:3', 'package-lock.json:8', 'package-lock.json:12'],
      },
    ],
    good: {
      'package-lock.json': lock({
        'node_modules/a': { ...whole, license: '(MIT OR CC0-1.0)' },
        'node_modules/lightningcss-linux-x64-gnu': { ...whole, license: 'MPL-2.0' },
      }),
    },
  },
]
