// What there is to walk, read from the program itself: nothing can be added without being seen here.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { RouteConfigEntry } from '@react-router/dev/routes'
import { commands } from '../../src/cli/commands.ts'
import type { Doors } from '../../src/web/context.ts'
import routes from '../../src/web/routes.ts'

/** Addresses of the pages as `routes.ts` writes them, with their file: '/console/households/:id'. */
export function pageRoutes(): { readonly path: string; readonly file: string }[] {
  const walk = (entries: readonly RouteConfigEntry[], above: string): { path: string; file: string }[] =>
    entries.flatMap(({ path, file, children, index }) => {
      const own = path === undefined ? above : `${above}/${path}`
      if (children) return walk(children, own)
      return [{ path: index || own === '' ? above || '/' : own, file }]
    })
  return walk(routes as RouteConfigEntry[], '')
}

/** Addresses that the server answers beside the pages, as `http.ts` writes them. */
export function serverRoutes(): string[] {
  const source = readFileSync(fileURLToPath(new URL('../../src/web/http.ts', import.meta.url)), 'utf8')
  return [...source.matchAll(/\bapp\.(?:all|delete|get|on|patch|post|put|route|use)\(\s*([^,\s]+)/g)].map(match =>
    match[1]!.replaceAll("'", ''),
  )
}

/** Every function among the doors, by its way there: 'console.search', 'staff.account.sessions'. */
export function doorNames(doors: Doors): string[] {
  const walk = (value: unknown, name: string): string[] => {
    if (typeof value === 'function') return [name]
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
    return Object.entries(value).flatMap(([key, inner]) => walk(inner, name === '' ? key : `${name}.${key}`))
  }
  return walk(doors, '').sort()
}

export const commandNames = Object.keys(commands).sort()
