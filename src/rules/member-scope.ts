import type { Scope } from './scope.ts'
import type { Value } from './value.ts'

/** What names stand for: of a member, and of the household. Undefined where there is no such name. */
export interface Names {
  memberName(name: string, index: number): Value | undefined
  householdName(name: string): Value | undefined
}

/** The names of a household. */
export class HouseholdScope implements Scope {
  readonly names: Names

  constructor(names: Names) {
    this.names = names
  }

  find(name: string): Value | undefined {
    return this.names.householdName(name)
  }
}

/** Inside a member: its own names first, then those of the household. */
export class MemberScope implements Scope {
  readonly names: Names
  readonly index: number
  readonly outer: Scope
  #context: MemberContext | null = null

  constructor(names: Names, index: number, outer: Scope) {
    this.names = names
    this.index = index
    this.outer = outer
  }

  /** The member as one value, always the same. */
  get context(): MemberContext {
    this.#context ??= new MemberContext(this.names, this.index)
    return this.#context
  }

  find(name: string): Value | undefined {
    const own = this.names.memberName(name, this.index)
    return own === undefined ? this.outer.find(name) : own
  }
}

/** A member as a value of the language: its facts and steps behind a dot, computed when they are read. */
class MemberContext extends Map<string, Value> {
  readonly names: Names
  readonly index: number

  constructor(names: Names, index: number) {
    super()
    this.names = names
    this.index = index
  }

  override get(name: string): Value | undefined {
    return this.names.memberName(name, this.index)
  }
}
