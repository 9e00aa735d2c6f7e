import { err, ok, type Result } from './result.ts'
import type { Words } from './words.ts'

/**
 * A place of the administrative division. Its code begins with its parent's (`07`, `07.351`, `07.351.01.02`), so that
 * "within" is a comparison of text here and in PostgreSQL.
 */
export type Territory = {
  readonly code: string
  readonly parent: string | undefined
  readonly level: string
  readonly name: Words
}

export type TerritoryRefusal =
  | { readonly code: 'territory_listed_twice'; readonly territory: string }
  | { readonly code: 'parent_unknown'; readonly territory: string; readonly parent: string }
  | { readonly code: 'code_not_under_parent'; readonly territory: string; readonly parent: string }

export type TerritoryTree = {
  readonly all: readonly Territory[]
  readonly find: (code: string) => Territory | undefined
  /** Direct children, in the order of the file; the roots where no code is given. */
  readonly childrenOf: (code?: string) => readonly Territory[]
  /** From the root down to the territory itself. A place too small to be listed belongs to its nearest listed ancestor. */
  readonly pathTo: (code: string) => readonly Territory[]
}

/** A code without the final dot that some sources print: `07.351.01.02.` and `07.351.01.02` are one place. */
export function territoryCode(text: string): string {
  return text.endsWith('.') ? text.slice(0, -1) : text
}

/** True where `inner` is `outer` or lies below it. `07.35` does not hold `07.351`. */
export function isWithin(inner: string, outer: string): boolean {
  const code = territoryCode(inner)
  const above = territoryCode(outer)
  return code === above || code.startsWith(`${above}.`)
}

/** Builds the tree; the first row that does not fit refuses it. */
export function territoryTree(rows: readonly Territory[]): Result<TerritoryTree, TerritoryRefusal> {
  const byCode = new Map<string, Territory>()
  const children = new Map<string, Territory[]>()
  for (const row of rows) {
    if (byCode.has(row.code)) return err({ code: 'territory_listed_twice', territory: row.code })
    byCode.set(row.code, row)
  }
  for (const row of rows) {
    if (row.parent !== undefined) {
      if (!byCode.has(row.parent)) return err({ code: 'parent_unknown', territory: row.code, parent: row.parent })
      if (row.parent === row.code || !isWithin(row.code, row.parent)) {
        return err({ code: 'code_not_under_parent', territory: row.code, parent: row.parent })
      }
    }
    const siblings = children.get(row.parent ?? '')
    if (siblings) siblings.push(row)
    else children.set(row.parent ?? '', [row])
  }
  return ok({
    all: rows,
    find: code => byCode.get(territoryCode(code)),
    childrenOf: code => children.get(code === undefined ? '' : territoryCode(code)) ?? [],
    pathTo: code => pathTo(byCode, territoryCode(code)),
  })
}

function pathTo(byCode: ReadonlyMap<string, Territory>, code: string): Territory[] {
  const path: Territory[] = []
  let current = byCode.get(code)
  for (let shorter = code; !current && shorter.includes('.'); ) {
    shorter = shorter.slice(0, shorter.lastIndexOf('.'))
    current = byCode.get(shorter)
  }
  for (; current; current = current.parent === undefined ? undefined : byCode.get(current.parent)) path.unshift(current)
  return path
}
