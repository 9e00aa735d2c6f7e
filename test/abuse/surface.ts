// What of Socle takes something from outside, read from the source: a form, an address, a column or an option that is
// added later is missing from the tables of the abuse tests, and fails them.
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DOCUMENT_FIELDS, PERSON_FIELDS } from '../../src/web/person-answers.ts'
import routes from '../../src/web/routes.ts'

const web = fileURLToPath(new URL('../../src/web/', import.meta.url))

type Entry = { readonly path?: string; readonly file: string; readonly children?: readonly Entry[] }

export type Address = {
  /** As the site map writes it: `/console/households/:id`. */
  readonly path: string
  readonly file: string
  readonly takesForm: boolean
  /** Names of the form's fields. */
  readonly fields: readonly string[]
  /** Names of what it reads from the query. */
  readonly query: readonly string[]
}

function flat(entries: readonly Entry[], above = ''): Address[] {
  return entries.flatMap(({ path = '', file, children }) => {
    const own = path === '' ? above : `${above}/${path}`
    const inner = flat(children ?? [], own)
    const isLayout = children !== undefined && path === ''
    return isLayout || (children !== undefined && file.endsWith('layout.tsx')) ? inner : [address(own, file), ...inner]
  })
}

function address(path: string, file: string): Address {
  const text = readFileSync(`${web}${file}`, 'utf8')
  const sets = [
    ...(text.includes('personAnswers(') ? PERSON_FIELDS : []),
    ...(text.includes('documentAnswers(')
      ? [0, 1].flatMap(at => ['id', ...DOCUMENT_FIELDS].map(field => `doc_${field}_${at}`))
      : []),
  ]
  const namesIn = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(match => match[1]!))].sort()
  return {
    path: path === '' ? '/' : path,
    file,
    takesForm: /export (?:async )?function action\b|export const action\b/.test(text),
    fields: [...new Set([...namesIn(/(?:form(?:Data\(\)\))?\.get(?:All)?|said)\('([\w-]+)'\)/g), ...sets])].sort(),
    query: namesIn(/searchParams\.(?:get|has|getAll)\('([\w-]+)'\)/g),
  }
}

export const addresses: readonly Address[] = flat(routes as readonly Entry[])

/** What the server answers beside the pages. */
export function plainAddresses(): string[] {
  const text = readFileSync(`${web}http.ts`, 'utf8')
  return [...text.matchAll(/app\.(?:get|post|put|all|use|route)\(\s*([^,]+),/g)].map(match => match[1]!.trim())
}

/** Files under `src/` that read from outside beside pages: kept by hand, so that a new way in is seen. */
export function readers(pattern: RegExp): string[] {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  return globSync('src/**/*.{ts,tsx}', { cwd: root })
    .filter(path => !path.includes('.test.'))
    .filter(path => pattern.test(readFileSync(`${root}${path}`, 'utf8')))
    .sort()
}
