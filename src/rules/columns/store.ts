import { productOf } from './branches.ts'
import type { Emitter } from './emitter.ts'
import { bound, NotCompilable, type Operand, unknownOf } from './operand.ts'

const INT32_MAX = 2_147_483_647

/** An array between two functions: one place per household or per member of a batch. */
export type Scratch = { readonly name: string; readonly type: string; readonly of: 'household' | 'member' }

/** Where the value of a step was kept, in the form in which it is read again. */
export type Stored = {
  readonly form: Operand
  readonly value: string | null
  readonly unknown: string | null
  readonly divisor: string | null
  readonly notes: string | null
}

/** The values of steps that several others read, in typed arrays of one batch. */
export class Store {
  readonly arrays: Scratch[] = []

  array(type: string, of: Scratch['of']): string {
    const name = `kept${this.arrays.length}`
    this.arrays.push({ name, type, of })
    return name
  }

  write(operand: Operand, index: string, of: Scratch['of'], out: Emitter): Stored {
    const put = (type: string, code: string) => {
      const name = this.array(type, of)
      out.line(`${name}[${index}] = ${code}`)
      return name
    }
    if (operand.kind === 'list') throw new NotCompilable('a step that is a list')
    const divisors = operand.kind === 'number' ? operand.divisors : []
    return {
      form: operand,
      value: operand.kind === 'nothing' ? null : put(typeOf(operand), operand.code),
      unknown:
        operand.kind === 'nothing' || operand.kind === 'truth' || operand.unknown === '0'
          ? null
          : put('Uint8Array', unknownOf(operand)),
      divisor: divisors.length === 0 ? null : put('Float64Array', productOf(divisors)),
      notes: out.notes ? put('Int32Array', 'noted') : null,
    }
  }

  read({ form, value, unknown, divisor, notes }: Stored, index: string, out: Emitter): Operand {
    if (notes !== null) {
      out.line(`noted |= ${notes}[${index}]`)
      out.notes = true
    }
    if (form.kind === 'nothing' || form.kind === 'list') return form
    const code = out.hold(`${value}[${index}]`)
    if (form.kind === 'truth') return { ...form, code }
    // Where one array holds both, 0 stands for the unknown.
    const flag = unknown === value ? `+(${code} === 0)` : `${unknown}[${index}]`
    const held = { ...form, code, unknown: unknown === null ? '0' : out.hold(flag) }
    if (held.kind !== 'number' || divisor === null) return held
    const high = held.divisors.reduce((all, each) => all * each.high, 1)
    bound(1, high)
    return { ...held, divisors: [{ code: out.hold(`${divisor}[${index}]`), high }] }
  }
}

function typeOf(operand: Operand): string {
  switch (operand.kind) {
    case 'number':
      return operand.low >= -INT32_MAX && operand.high <= INT32_MAX ? 'Int32Array' : 'Float64Array'
    case 'truth':
      return 'Uint8Array'
    default:
      return 'Int32Array'
  }
}
