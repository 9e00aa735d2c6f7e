import { childrenOf, type Expr, type Place } from './expression.ts'

/** A name that an expression reads from outside itself: free, or behind a member (`head.age`, `m.child`). */
export type Read = Place & { readonly name: string; readonly of: 'any' | 'member' }

/** Names that stand for one member; steps that give a member are added by the caller. */
type MemberNames = ReadonlySet<string>

/** Every name read, in the order of the text. Loop variables and function names are inside, so they are no reads. */
export function readsOf(expr: Expr, membersByName: MemberNames): Read[] {
  const reads: Read[] = []
  visit(expr, new Set(), membersByName)
  return reads

  function visit(node: Expr, bound: ReadonlySet<string>, members: MemberNames): void {
    switch (node.kind) {
      case 'name':
        if (!bound.has(node.name)) reads.push({ name: node.name, of: 'any', from: node.from, to: node.to })
        return
      case 'path':
        visit(node.subject, bound, members)
        if (isMember(node.subject, members)) {
          reads.push({ name: node.key, of: 'member', from: node.to - node.key.length, to: node.to })
        }
        return
      case 'filter':
        visit(node.subject, bound, members)
        // Inside a filter over members their facts and steps are plain names.
        visit(node.condition, new Set([...bound, 'item']), members)
        return
      case 'call':
        for (const arg of node.args) visit(arg, bound, members)
        return
      case 'quantified':
      case 'for': {
        let names = bound
        let inner = members
        for (const binding of node.bindings) {
          visit(binding.source, names, inner)
          names = new Set([...names, binding.name])
          if (isMemberList(binding.source)) inner = new Set([...inner, binding.name])
        }
        visit(node.kind === 'for' ? node.body : node.condition, names, inner)
        return
      }
      default:
        for (const child of childrenOf(node)) visit(child, bound, members)
    }
  }
}

function isMember(expr: Expr, members: MemberNames): boolean {
  return expr.kind === 'name' && members.has(expr.name)
}

function isMemberList(expr: Expr): boolean {
  if (expr.kind === 'filter') return isMemberList(expr.subject)
  return expr.kind === 'name' && expr.name === 'members'
}
