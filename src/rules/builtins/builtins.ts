import { FunctionValue } from '../value.ts'
import { type Builtin, callBuiltin } from './builtin.ts'
import { contextFunctions } from './context-functions.ts'
import { dateFunctions } from './date-functions.ts'
import { listFunctions } from './list-functions.ts'
import { numberFunctions } from './number-functions.ts'
import { rangeFunctions } from './range-functions.ts'
import { textFunctions } from './text-functions.ts'
import { truthFunctions } from './truth-functions.ts'

/** Every function of the language by name. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map(
  [
    truthFunctions,
    numberFunctions,
    textFunctions,
    listFunctions,
    dateFunctions,
    contextFunctions,
    rangeFunctions,
  ].flatMap(family => Object.entries(family)),
)

/** The same functions as values, for `sort(list, …)` and friends; called by position. */
export const BUILTIN_VALUES: ReadonlyMap<string, FunctionValue> = new Map(
  [...BUILTINS].map(([name, builtin]) => [
    name,
    new FunctionValue(builtin.forms[0] ?? [], values => callBuiltin(builtin, values)),
  ]),
)
