import { lineAt, type Node, type Source, type Tree } from './tree.ts'

/** Where a rule is broken, what is there, and what to write in its place. */
export type Breach = { readonly path: string; readonly line: number; readonly found: string; readonly instead: string }

/** A house rule, with a sample that breaks it: a rule that cannot fail is worse than none. */
export type Rule = {
  /** The rule as a sentence. */
  readonly name: string
  readonly check: (tree: Tree) => readonly Breach[]
  /** Small trees that break the rule: file texts by path, and the places where it must be caught (`path:line`). */
  readonly bad: readonly { readonly files: Readonly<Record<string, string>>; readonly caught: readonly string[] }[]
  /** A small tree that keeps the rule although it comes close. */
  readonly good: Readonly<Record<string, string>>
}

/** A breach at a node of a source. */
export function breach(source: Source, node: { readonly start: number }, found: string, instead: string): Breach {
  return { path: source.path, line: lineAt(source.text, node.start), found, instead }
}

/** The text of a node as it stands in the file. */
export function textOf(source: Source, node: Node): string {
  return source.text.slice(node.start, node.end)
}

export function sentence({ path, line, found, instead }: Breach): string {
  return `${path}:${line}: ${found}. Instead: ${instead}.`
}
