import { FunctionValue, type Value } from '../value.ts'

/** Calls a function value, by position or by name. Null where the value is no function or the arguments do not fit it. */
export function invoke(callee: Value, values: readonly Value[], names: readonly string[] | null): Value {
  if (!(callee instanceof FunctionValue)) return null
  const { parameters } = callee
  if (values.length !== parameters.length) return null
  if (names === null) return callee.call(values)
  const ordered = parameters.map(parameter => values[names.indexOf(parameter)])
  return ordered.includes(undefined) ? null : callee.call(ordered as Value[])
}
