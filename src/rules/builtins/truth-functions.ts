import { equal } from '../operators/comparison.ts'
import { not } from '../operators/logic.ts'
import { kindOf, type Value } from '../value.ts'
import { type Builtin, builtin } from './builtin.ts'

export const truthFunctions: Record<string, Builtin> = {
  not: builtin('negand', negand => not(negand as Value)),
  is: builtin('value1, value2', (one, two) =>
    kindOf(one as Value) !== kindOf(two as Value) ? false : equal(one as Value, two as Value),
  ),
}
