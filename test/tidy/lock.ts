import type { Breach, Rule } from './rule.ts'
import { lineAt, type Tree } from './tree.ts'

type Locked = { readonly optionalDependencies?: Readonly<Record<string, string>> }

/** Where npm looks for a package that the one at `from` asks for: beside it, then in each folder above. */
function placesOf(name: string, from: string): string[] {
  const parts = from === '' ? [] : from.split('/node_modules/')
  return [...parts.map((_, index) => `${parts.slice(0, parts.length - index).join('/node_modules/')}/`), ''].map(
    folder => `${folder}node_modules/${name}`,
  )
}

/** `npm install` leaves out of the lock an optional package that it could not read; `npm ci` then refuses the lock. */
function lockBreaches(tree: Tree): Breach[] {
  const path = 'package-lock.json'
  const text = tree.files.get(path) ?? '{"packages":{}}'
  const packages: Readonly<Record<string, Locked>> = JSON.parse(text).packages
  return Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !placesOf(name, from).some(place => place in packages))
      .map(([name, version]) => ({
        path,
        line: lineAt(text, text.indexOf(`"${name}"`)),
        found: `${name} is asked for and not locked: npm ci refuses to install`,
        instead: `an entry "node_modules/${name}" with version ${version}, optional, os, cpu and libc`,
      })),
  )
}

const lock = (packages: Readonly<Record<string, Locked>>) => JSON.stringify({ packages }, null, 1)

export const lockRules: readonly Rule[] = [
  {
    name: 'the lock holds the packages of every platform',
    check: lockBreaches,
    bad: [
      {
        files: {
          'package-lock.json': lock({
            'node_modules/a': { optionalDependencies: { 'a-linux': '1', 'a-mac': '1' } },
            'node_modules/a-linux': {},
          }),
        },
        caught: ['package-lock.json:6'],
      },
    ],
    good: {
      'package-lock.json': lock({
        '': { optionalDependencies: { top: '1' } },
        'node_modules/top': {},
        'node_modules/@x/a': { optionalDependencies: { own: '1', above: '1' } },
        'node_modules/@x/a/node_modules/own': {},
        'node_modules/above': {},
      }),
    },
  },
]
