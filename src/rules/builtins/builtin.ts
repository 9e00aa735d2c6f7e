import { OutsideLanguage } from '../outside-language.ts'
import { TimePoint } from '../time-point.ts'
import { isList, type Value } from '../value.ts'

/** A value given to a function, or `undefined` where an optional parameter was left out. */
export type Argument = Value | undefined

/**
 * A function of the language. Each form is a list of parameter names; `length?` may be left out, and a last `...item`
 * takes any number of values (by position) or a list (by name). A call that fits no form is null, as is a wrong type.
 */
export type Builtin = {
  readonly forms: readonly (readonly string[])[]
  readonly call: (...args: Argument[]) => Value
}

export function builtin(form: string | readonly string[], call: (...args: Argument[]) => Value): Builtin {
  const forms = (typeof form === 'string' ? [form] : form).map(text => text.split(', ').filter(Boolean))
  return { forms, call }
}

/** The same functions, where a list of one item stands for the item (DMN 1.5, section 10.3.2.9.4). */
export function ofSingleValues(functions: Record<string, Builtin>): Record<string, Builtin> {
  return Object.fromEntries(
    Object.entries(functions).map(([name, { forms, call }]) => [
      name,
      { forms, call: (...args: Argument[]) => call(...args.map(single)) },
    ]),
  )
}

function single(arg: Argument): Argument {
  return arg !== undefined && arg !== null && typeof arg === 'object' && isList(arg) && arg.length === 1 ? arg[0] : arg
}

/** Calls a function of the language. What it would do with a time of day lies outside the language. */
export function callBuiltin({ call }: Builtin, args: readonly Argument[]): Value {
  if (args.some(arg => arg instanceof TimePoint)) {
    throw new OutsideLanguage('a function of a time of day is outside the language')
  }
  return call(...args)
}

/** The arguments of a call by position, in the order of the form that fits; null where none fits. */
export function byPosition({ forms }: Builtin, values: readonly Value[]): readonly Argument[] | null {
  return forms.some(form => fits(form, values.length)) ? values : null
}

function fits(form: readonly string[], count: number): boolean {
  if (form.at(-1)?.startsWith('...')) return count >= 1
  const required = form.filter(parameter => !parameter.endsWith('?')).length
  return count >= required && count <= form.length
}

/** The arguments of a call by name, in the order of the form that fits; null where none fits. */
export function byName(
  { forms }: Builtin,
  names: readonly string[],
  values: readonly Value[],
): readonly Argument[] | null {
  if (new Set(names).size !== names.length) return null
  for (const form of forms) {
    const parameters = form.map(parameter => parameter.replace(/^\.\.\.|\?$/g, ''))
    if (!names.every(name => parameters.includes(name))) continue
    const args = parameters.map(parameter => {
      const index = names.indexOf(parameter)
      return index === -1 ? undefined : (values[index] as Value)
    })
    if (form.every((parameter, index) => parameter.endsWith('?') || args[index] !== undefined)) return args
  }
  return null
}
