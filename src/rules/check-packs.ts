import { createHash } from 'node:crypto'
import { err, ok, type Result } from '#kernel'
import type { Catalogue } from './catalogue.ts'
import { checkNames } from './check-names.ts'
import { checkTypes } from './check-types.ts'
import { type Diagnostic, nearest, sortDiagnostics } from './diagnostic.ts'
import type { Pack, RuleBook } from './pack.ts'
import { type ReadPack, readHeader, readPack } from './read-pack.ts'
import type { Sources } from './read-parameter.ts'
import type { Type } from './typing/type.ts'
import { normalised } from './version.ts'
import { type Cursor, YamlSource } from './yaml-source.ts'

/** A file of policy: its path, from the folder that holds the country, and its text. */
export type PolicyFile = { readonly path: string; readonly text: string }

type Header = {
  readonly id: string
  readonly source: YamlSource
  readonly uses: readonly (readonly [string, string, Cursor])[]
}

/**
 * Checks every pack of a country and answers with a book ready to decide, or with every mistake at once.
 *
 * @param files `sources.yaml`, and for each pack `NAME/pack.yaml` with the files that stand beside it
 */
export function checkPacks(files: readonly PolicyFile[], catalogue: Catalogue): Result<RuleBook, Diagnostic[]> {
  const yaml = new Map(
    files.filter(file => /\.ya?ml$/.test(file.path)).map(file => [file.path, new YamlSource(file.text, file.path)]),
  )
  const sources = readSourceList(yaml)
  const headers = [...yaml.values()]
    .filter(source => source.file.endsWith('/pack.yaml') && source.problems.length === 0)
    .map(header)
  const byId = new Map(headers.map(each => [each.id, each]))
  const packs = new Map<string, Pack>()
  const types = new Map<string, ReadonlyMap<string, Type>>()
  for (const { id, source } of inOrder(headers, byId)) {
    const folder = source.file.slice(0, source.file.lastIndexOf('/') + 1)
    const beside: Cursor[] = []
    const fileBeside = (name: string) => {
      const found = yaml.get(folder + name)?.root ?? null
      if (found) beside.push(found)
      return found
    }
    const read = readPack(source.root, { catalogue, sources, packs, fileBeside })
    checkId(read, folder, byId, source)
    checkNames(read)
    types.set(id, checkTypes(read, types))
    packs.set(id, { ...read.pack, version: versionOf(read, packs, beside) })
  }
  const problems = [...yaml.values()].flatMap(source => source.problems)
  return problems.some(problem => problem.severity === 'error')
    ? err(sortDiagnostics(problems))
    : ok({ catalogue, packs })
}

function header(source: YamlSource): Header {
  const before = source.problems.length
  const { id, uses } = readHeader(source.root)
  // What is wrong with the head is reported when the whole pack is read.
  source.problems.length = before
  return { id, source, uses }
}

function readSourceList(yaml: ReadonlyMap<string, YamlSource>): Sources {
  for (const [path, source] of yaml) {
    if (path.endsWith('sources.yaml'))
      return new Map(source.root.entries().map(([code, cursor]) => [code, cursor.text()]))
  }
  return new Map()
}

/** Packs in an order in which each comes after those it uses. A use that is unknown or goes in a circle is reported. */
function inOrder(headers: readonly Header[], byId: ReadonlyMap<string, Header>): Header[] {
  const done = new Set<string>()
  const ordered: Header[] = []
  const visit = (current: Header, path: readonly string[]): void => {
    if (done.has(current.id)) return
    done.add(current.id)
    for (const [, id, cursor] of current.uses) {
      const used = byId.get(id)
      if (used === undefined) {
        cursor.report('unknown_pack', `there is no pack ${id}`, { suggestion: nearest(id, byId.keys()) })
      } else if (id === current.id || path.includes(id)) {
        const circle = [...path.slice(path.indexOf(id)), current.id, id].filter(Boolean)
        cursor.report('circle', `these packs use each other in a circle: ${circle.join(' → ')}`)
      } else {
        visit(used, [...path, current.id])
      }
    }
    ordered.push(current)
  }
  for (const each of headers) visit(each, [])
  return ordered
}

function checkId(read: ReadPack, folder: string, byId: ReadonlyMap<string, Header>, source: YamlSource): void {
  const { id } = read.pack
  const cursor = read.root.entries().find(([key]) => key === 'pack')?.[1] ?? read.root
  if (!id.endsWith(`/${folder.split('/').at(-2)}`)) {
    cursor.report('wrong_id', `${id} does not stand in its own folder`, { expected: `the folder ${id.split('/')[1]}` })
  }
  if (byId.get(id)?.source !== source) cursor.report('id_taken', `two packs are called ${id}`)
}

/** SHA-256 of what the pack says, whatever its layout and comments, with the packs it uses and the facts it reads. */
function versionOf({ pack, root }: ReadPack, packs: ReadonlyMap<string, Pack>, beside: readonly Cursor[]): string {
  const hash = createHash('sha256')
  for (const file of [root, ...beside]) hash.update(normalised(file))
  for (const id of pack.uses.values()) hash.update(packs.get(id)?.version ?? '')
  for (const { of, name, type, min, codes, absentMeans, fallback } of pack.facts) {
    hash.update(JSON.stringify([of, name, type, min, [...codes.keys()], absentMeans !== null, fallback]))
  }
  return hash.digest('hex')
}
