import { OutsideLanguage } from '../outside-language.ts'
import { type Context, isContext, isList, type Value } from '../value.ts'
import { type Argument, type Builtin, builtin } from './builtin.ts'

/** Functions of contexts. */
export const contextFunctions: Record<string, Builtin> = {
  'get value': builtin(['m, key'], (context, key) =>
    isContextArgument(context) && typeof key === 'string' ? (context.get(key) ?? null) : null,
  ),
  'get entries': builtin('m', context =>
    isContextArgument(context)
      ? [...context].map(
          ([key, value]) =>
            new Map<string, Value>([
              ['key', key],
              ['value', value],
            ]),
        )
      : null,
  ),
  context: builtin('entries', entries => {
    if (entries === undefined || entries === null) return null
    return fromEntries(isList(entries) ? entries : [entries])
  }),
  'context put': builtin(['context, key, value', 'context, keys, value'], (context, key, value) =>
    isContextArgument(context) ? put(context, isTextList(key) ? key : [key], value as Value) : null,
  ),
  'context merge': builtin('contexts', contexts => {
    if (contexts === undefined || contexts === null) return null
    const list = isList(contexts) ? contexts : [contexts]
    return list.every(isContext) ? new Map(list.flatMap(context => [...context])) : null
  }),
}

function isContextArgument(value: Argument): value is Context {
  return value !== undefined && isContext(value)
}

function isTextList(value: Argument): value is readonly Value[] {
  return value !== undefined && value !== null && isList(value)
}

function fromEntries(entries: readonly Value[]): Value {
  const made = new Map<string, Value>()
  for (const entry of entries) {
    const key = isContext(entry) ? entry.get('key') : undefined
    const value = isContext(entry) ? entry.get('value') : undefined
    if (typeof key !== 'string' || value === undefined || made.has(key)) return null
    made.set(key, value)
  }
  return made
}

function put(context: Context, [key, ...rest]: readonly Argument[], value: Value): Value {
  if (typeof key !== 'string') return null
  if (rest.length === 0) return new Map([...context, [key, value]])
  const inner = context.get(key)
  if (inner === undefined || !isContext(inner)) {
    throw new OutsideLanguage(`context put through ${key}, which is no context, is outside the language`)
  }
  const changed = put(inner, rest, value)
  return changed === null ? null : new Map([...context, [key, changed]])
}
