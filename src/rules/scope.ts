import type { Context, Value } from './value.ts'

/** Where names find their values: facts, parameters, scores, steps, then the variables of loops. */
export interface Scope {
  /** The value of a name, or `undefined` where there is no such name. May compute it on first call and keep it. */
  find(name: string): Value | undefined
}

export const EMPTY_SCOPE: Scope = { find: () => undefined }

/** Names of a context, and behind them those of another scope. */
export function scopeOf(names: Context, outer: Scope = EMPTY_SCOPE): Scope {
  return {
    find(name) {
      const value = names.get(name)
      return value === undefined ? outer.find(name) : value
    },
  }
}

/** One more name in front of a scope. */
export class Bound implements Scope {
  readonly name: string
  readonly value: Value
  readonly outer: Scope

  constructor(name: string, value: Value, outer: Scope) {
    this.name = name
    this.value = value
    this.outer = outer
  }

  find(name: string): Value | undefined {
    return name === this.name ? this.value : this.outer.find(name)
  }
}

/** The inside of a filter: the names of the item if it is a context, then `item`, then what stands around. */
export class ItemScope implements Scope {
  readonly item: Value
  readonly names: Context | null
  readonly outer: Scope

  constructor(item: Value, names: Context | null, outer: Scope) {
    this.item = item
    this.names = names
    this.outer = outer
  }

  find(name: string): Value | undefined {
    const own = this.names?.get(name)
    if (own !== undefined) return own
    return name === 'item' ? this.item : this.outer.find(name)
  }
}
