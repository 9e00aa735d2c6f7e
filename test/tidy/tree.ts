// The checkout as the house rules see it: every file's text, and the syntax tree of what is code.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'vite'

/** A node of the ESTree syntax tree, as the parser gives it; fields depend on `type`. */
export type Node = {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

export type Source = {
  readonly path: string
  readonly text: string
  /** Every node of the file, parents before children. */
  readonly nodes: readonly Node[]
  readonly comments: readonly { readonly value: string; readonly start: number; readonly end: number }[]
  readonly parentOf: (node: Node) => Node | undefined
}

export type Tree = {
  /** Text of every file that is text, by path from the root, `/` between folders. */
  readonly files: ReadonlyMap<string, string>
  readonly sources: readonly Source[]
}

const NOT_TEXT = /\.(woff2?|ttf|png|jpe?g|ico|xlsx|zip|gz|arrow|pdf)$/
const CODE = /\.(ts|tsx|mjs)$/

/** Reads the checkout, without what .gitignore leaves out and without what is generated. */
export function readTree(root = fileURLToPath(new URL('../..', import.meta.url))): Tree {
  const ignored = readFileSync(join(root, '.gitignore'), 'utf8')
    .split('\n')
    .map(line => line.replace(/\/$/, ''))
  const files = new Map<string, string>()
  const read = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === '.git' || ignored.includes(entry.name)) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) read(path)
      else if (entry.isFile() && !NOT_TEXT.test(entry.name) && !entry.name.endsWith('.log')) {
        files.set(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8'))
      }
    }
  }
  read(root)
  return treeOf(files)
}

/** A tree from texts: what the samples of the rules are made of. */
export function treeOf(files: ReadonlyMap<string, string>): Tree {
  const sources = [...files]
    .filter(([path]) => CODE.test(path) && !path.endsWith('generated.ts'))
    .map(([path, text]) => parse(path, text))
  return { files, sources }
}

function parse(path: string, text: string): Source {
  const { program, comments, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`)
  const nodes: Node[] = []
  const parents = new Map<Node, Node>()
  const visit = (value: unknown, parent: Node | undefined) => {
    if (Array.isArray(value)) {
      for (const each of value) visit(each, parent)
    } else if (isNode(value)) {
      nodes.push(value)
      if (parent) parents.set(value, parent)
      for (const child of Object.values(value)) if (typeof child === 'object') visit(child, value)
    }
  }
  visit(program, undefined)
  return { path, text, nodes, comments, parentOf: node => parents.get(node) }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

/** The line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}

export function isTest(path: string): boolean {
  return path.startsWith('test/') || path.startsWith('bench/') || path.endsWith('.test.ts')
}

/** `payments` for `src/payments/ledger.ts`; undefined outside the modules (`src/server.ts`, `test/run.ts`). */
export function moduleOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1]
}
