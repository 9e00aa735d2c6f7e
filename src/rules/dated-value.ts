import type { DatedValue, Parameter } from './pack.ts'
import type { Value } from './value.ts'

/** The value of a parameter that applies in a month: the latest that has started and has not ended. */
export function datedValue(parameter: Parameter, month: string): DatedValue | null {
  const day = `${month}-01`
  return parameter.values.find(({ from, to }) => (from === null || from <= day) && (to === null || day <= to)) ?? null
}

/** The entry of a key. A territory that is not listed has the entry of the nearest territory that holds it. */
export function entryOf(entries: ReadonlyMap<string, Value>, key: string): Value {
  for (let code = key; code !== ''; code = code.slice(0, Math.max(0, code.lastIndexOf('.')))) {
    const value = entries.get(code)
    if (value !== undefined) return value
  }
  return null
}
