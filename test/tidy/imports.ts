import { dirname, join } from 'node:path/posix'
import { isNode, type Node, type Source } from './tree.ts'

/** One import or re-export of a file. */
export type Import = {
  readonly node: Node
  /** As written: `#kernel`, `./ledger.ts`, `zod`. */
  readonly from: string
  readonly typeOnly: boolean
  /** Names taken from the other file; undefined means all of them (`import * as`, `export *`, `import()`). */
  readonly names: readonly string[] | undefined
}

/** Every import of a file: static, re-exported, dynamic with a literal, and files named by `new URL('./x', import.meta.url)`. */
export function importsOf(source: Source): readonly Import[] {
  return source.nodes.flatMap(node => {
    const from = specifierOf(node)
    if (from === undefined) return []
    const typeOnly = node.importKind === 'type' || node.exportKind === 'type' || node.type === 'TSImportType'
    return [{ node, from, typeOnly, names: namesOf(node) }]
  })
}

function specifierOf(node: Node): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return literal(node.source)
    case 'NewExpression': {
      const [first, second] = node.arguments as Node[]
      const url =
        isNode(node.callee) && node.callee.name === 'URL' && isNode(second) && second.type === 'MemberExpression'
      const path = url ? literal(first) : undefined
      return path === undefined || path.startsWith('.') ? path : `./${path}`
    }
    default:
      return undefined
  }
}

function literal(value: unknown): string | undefined {
  return isNode(value) && value.type === 'Literal' && typeof value.value === 'string' ? value.value : undefined
}

function namesOf(node: Node): readonly string[] | undefined {
  if (node.type !== 'ImportDeclaration' && node.type !== 'ExportNamedDeclaration') return undefined
  const names: string[] = []
  for (const specifier of node.specifiers as Node[]) {
    if (specifier.type === 'ImportNamespaceSpecifier') return undefined
    const name = specifier.type === 'ImportDefaultSpecifier' ? undefined : (specifier.imported ?? specifier.local)
    names.push(name === undefined ? 'default' : nameOf(name))
  }
  return names
}

/** The name of an identifier or of a string that stands for one. */
export function nameOf(node: unknown): string {
  return isNode(node) ? String(node.name ?? node.value) : ''
}

/** The path that an import leads to inside the checkout; undefined for packages and built-ins. */
export function targetOf(from: string, importer: string, doors: Readonly<Record<string, string>>): string | undefined {
  if (from.startsWith('.')) return join(dirname(importer), from)
  return doors[from]?.replace('./', '')
}
