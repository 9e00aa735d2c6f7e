import type { Value } from '../value.ts'

// Kleene's three values: what is not a truth value counts as unknown (DMN 1.5, table 50).

export function and(left: Value, right: Value): boolean | null {
  if (left === false || right === false) return false
  return left === true && right === true ? true : null
}

export function or(left: Value, right: Value): boolean | null {
  if (left === true || right === true) return true
  return left === false && right === false ? false : null
}

export function not(value: Value): boolean | null {
  return typeof value === 'boolean' ? !value : null
}

/** `and` over many: false once one is false, else unknown once one is unknown, else true (also of none). */
export function all(values: Iterable<Value>): boolean | null {
  let result: boolean | null = true
  for (const value of values) {
    if (value === false) return false
    if (value !== true) result = null
  }
  return result
}

/** `or` over many: true once one is true, else unknown once one is unknown, else false (also of none). */
export function any(values: Iterable<Value>): boolean | null {
  let result: boolean | null = false
  for (const value of values) {
    if (value === true) return true
    if (value !== false) result = null
  }
  return result
}
