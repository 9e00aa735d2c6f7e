import type { Form, Pack, Step } from '../pack.ts'
import { conditional } from './condition.ts'
import { compileFormula, householdSpot, memberSpot, type Spot } from './formula.ts'
import { MEMBERS_MAX } from './limits.ts'
import { weighted } from './numbers.ts'
import {
  bound,
  constantNumber,
  integer,
  type Member,
  NOTHING,
  NotCompilable,
  type Numeric,
  type Operand,
  type Truth,
} from './operand.ts'
import type { Program } from './program.ts'
import { EVERY, isTally, tallied } from './tally.ts'
import { asTruth } from './truths.ts'

/** Writes how a step is computed where the emitter stands, for a member where it is of members. */
export function compileForm(program: Program, pack: Pack, step: Step, member: string | null): Operand {
  const household: Spot = { program, pack, frames: [] }
  const spot = member === null ? household : memberSpot(household, member)
  const { form } = step
  switch (form.kind) {
    case 'value':
      return compileFormula(form.formula.expr, spot)
    case 'choose':
      return form.unique ? chooseUnique(form, spot) : chooseFirst(form, 0, spot)
    case 'count':
    case 'share':
      return tallied([form], household)[0] as Numeric
    case 'total':
      return total(form, household)
    case 'weighted_sum':
      return weightedSum(form, household)
    case 'score': {
      const used = program.pack(form.pack)
      if (used.score === null) throw new NotCompilable('the score of a programme')
      return program.readStep(used, used.score, null)
    }
    case 'taken': {
      const used = program.pack(form.pack)
      const taken = used.steps.get(form.step)
      if (taken === undefined || taken.form.kind === 'first') throw new NotCompilable(`the step ${form.step} taken`)
      return program.readStep(used, taken, member)
    }
    case 'first':
    case 'rank':
      throw new RangeError(`a ${form.kind} is written by its own function`)
  }
}

type Choose = Form & { readonly kind: 'choose' }

function chooseFirst(form: Choose, index: number, spot: Spot): Operand {
  const choice = form.choices[index]
  if (choice === undefined) return form.otherwise === null ? NOTHING : compileFormula(form.otherwise.expr, spot)
  const { out } = spot.program
  const condition = asTruth(compileFormula(choice.when.expr, spot))
  const held: Truth = { ...condition, code: out.hold(condition.code) }
  const next = () => chooseFirst(form, index + 1, spot)
  return conditional(
    held,
    () => compileFormula(choice.gives.expr, spot),
    held.nullable
      ? () => conditional({ kind: 'truth', code: `+(${held.code} === 2)`, nullable: false }, () => NOTHING, next, spot)
      : next,
    spot,
  )
}

/** Rows that exclude each other: all conditions up to an unknown or a second true are asked, as the interpreter asks them. */
function chooseUnique(form: Choose, spot: Spot): Operand {
  const { out } = spot.program
  const chosen = out.name()
  out.line(`let ${chosen} = -1`)
  const ask = (index: number): void => {
    const choice = form.choices[index]
    if (choice === undefined) return
    const holds = out.hold(asTruth(compileFormula(choice.when.expr, spot)).code)
    out.line(`if (${holds} === 2 || (${holds} === 1 && ${chosen} >= 0)) ${chosen} = -2`)
    out.line(`else if (${holds} === 1) ${chosen} = ${index}`)
    out.inside(`if (${chosen} !== -2)`, () => ask(index + 1))
  }
  ask(0)
  const pick = (index: number): Operand => {
    const choice = form.choices[index]
    if (choice === undefined) {
      const { otherwise } = form
      if (otherwise === null) return NOTHING
      const none: Truth = { kind: 'truth', code: `+(${chosen} === -1)`, nullable: false }
      return conditional(
        none,
        () => compileFormula(otherwise.expr, spot),
        () => NOTHING,
        spot,
      )
    }
    const picked: Truth = { kind: 'truth', code: `+(${chosen} === ${index})`, nullable: false }
    return conditional(
      picked,
      () => compileFormula(choice.gives.expr, spot),
      () => pick(index + 1),
      spot,
    )
  }
  return pick(0)
}

/** The sum over the members that fulfil `where`; 0 where there is none. */
function total(form: Form & { readonly kind: 'total' }, household: Spot): Operand {
  const { out } = household.program
  const { where, each } = form
  const [all, flag] = [out.name(), out.name()]
  let item = NOTHING as Operand
  const piece = out.apart(() =>
    out.eachMember(member => {
      const spot = memberSpot(household, member)
      const among = where === null ? EVERY : asTruth(compileFormula(where.expr, spot))
      const inside = out.hold(among.code)
      if (among.nullable) out.line(`if (${inside} === 2) ${flag} = 1`)
      out.inside(`if (${inside} === 1)`, () => {
        item = compileFormula(each.expr, spot)
        if (item.kind === 'nothing') return out.line(`${flag} = 1`)
        if (item.kind !== 'number') throw new NotCompilable(`the total of a ${item.kind}`)
        if (item.divisors.length > 0) throw new NotCompilable('the total of quotients')
        if (item.unknown !== '0') out.line(`${flag} |= ${item.unknown}`)
        out.line(`${all} += ${item.code}`)
      })
    }),
  )
  out.line(`let ${all} = 0, ${flag} = 0`)
  for (const line of piece.lines) out.line(line)
  const { low = 0, high = 0, den = 1 } = item as Partial<Numeric>
  bound(low * MEMBERS_MAX, high * MEMBERS_MAX)
  return { ...integer(all, Math.min(0, low * MEMBERS_MAX), Math.max(0, high * MEMBERS_MAX), flag), den }
}

/** Counts and shares among the terms are taken in one loop over the members, so that each fact is read once. */
function weightedSum(form: Form & { readonly kind: 'weighted_sum' }, household: Spot): Operand {
  const { program, pack } = household
  const start = compileFormula(form.start.expr, household)
  // A coefficient that no source gives adds nothing, and its variable is not asked for.
  const terms = form.terms.flatMap(({ variable, coefficient }) => {
    const weight = program.readParameter(pack, coefficient, null)
    return weight.kind === 'number' ? [{ variable, weight }] : []
  })
  const forms = terms.map(({ variable }) => variable.form).filter(isTally)
  const tallies = new Map<Form, Operand>(tallied(forms, household).map((value, index) => [forms[index] as Form, value]))
  const parts = [
    { weight: constantNumber(1, 1), value: start },
    ...terms.map(({ variable, weight }) => ({
      weight,
      value: asNumber(tallies.get(variable.form) ?? program.readStep(pack, variable, null)),
    })),
  ]
  if (parts.some(({ value }) => value.kind === 'nothing')) return NOTHING
  return weighted(
    parts.map(({ weight, value }) => {
      if (value.kind !== 'number') throw new NotCompilable(`a sum with a ${value.kind}`)
      return { weight, value }
    }),
    program.out,
  )
}

/** True counts for 1 and false for 0; what is no number is unknown. */
function asNumber(operand: Operand): Numeric | typeof NOTHING {
  if (operand.kind === 'number') return operand
  if (operand.kind !== 'truth') return NOTHING
  if (!operand.nullable) return integer(operand.code, 0, 1)
  return integer(`(${operand.code} & 1)`, 0, 1, `(${operand.code} >> 1)`)
}

/** The first member that fulfils it; unknown where it is unknown for an earlier one, and where there is none. */
export function compileFirst(program: Program, pack: Pack, form: Form & { readonly kind: 'first' }): Member {
  const { out } = program
  const [found, flag] = [out.name(), out.name()]
  out.line(`let ${found} = 0, ${flag} = 1`)
  out.eachMember(member => {
    const verdict = asTruth(compileFormula(form.where.expr, memberSpot({ program, pack, frames: [] }, member)))
    const holds = out.hold(verdict.code)
    if (verdict.nullable) out.line(`if (${holds} === 2) break`)
    out.place(`if (${holds} === 1)`, [`${found} = ${member}`, `${flag} = 0`, 'break'])
  })
  return { kind: 'member', code: found, unknown: flag }
}

/**
 * Writes ranks for all members of the household into `ranks`: 0 for the others, and for all where one's place is unknown.
 * Each member takes its place among those before it and moves back those that come after it.
 */
export function compileRanks(
  program: Program,
  pack: Pack,
  form: Form & { readonly kind: 'rank' },
  ranks: string,
): void {
  const { out } = program
  const [flag, keys] = [out.name(), program.store.array('Float64Array', 'member')]
  out.line(`let ${flag} = 0`)
  out.eachMember(member => {
    const spot = memberSpot(householdSpot({ program, pack, frames: [] }), member)
    const among = asTruth(compileFormula(form.among.expr, spot))
    const inside = out.hold(among.code)
    out.line(`${ranks}[${member}] = ${inside} & 1`)
    if (among.nullable) out.line(`${flag} |= ${inside} >> 1`)
    out.inside(`if (${inside} === 1)`, () => {
      const key = compileFormula(form.by.expr, spot)
      if (key.kind === 'nothing') return out.line(`${flag} = 1`)
      const plain = key.kind === 'day' || key.kind === 'months' || (key.kind === 'number' && key.divisors.length === 0)
      if (!plain) throw new NotCompilable(`a rank by a ${key.kind}`)
      if (key.unknown !== '0') out.line(`${flag} |= ${key.unknown}`)
      const [mine, earlier] = [out.hold(key.code), out.name('i')]
      out.line(`${keys}[${member}] = ${mine}`)
      out.place(`for (let ${earlier} = first; ${earlier} < ${member}; ${earlier}++)`, [
        `if (${ranks}[${earlier}] === 0) continue`,
        `if (${keys}[${earlier}] ${form.descending ? '>=' : '<='} ${mine}) ${ranks}[${member}]++`,
        `else ${ranks}[${earlier}]++`,
      ])
    })
  })
  out.line(`if (${flag} !== 0) ${ranks}.fill(0, first, last)`)
}
