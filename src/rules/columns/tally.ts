import type { Form } from '../pack.ts'
import { isPlain } from './emitter.ts'
import { compileFormula, memberSpot, type Spot } from './formula.ts'
import { MEMBERS_MAX } from './limits.ts'
import { anyUnknown, integer, type Numeric, type Truth } from './operand.ts'
import { asTruth } from './truths.ts'

type TallyForm = Form & { readonly kind: 'count' | 'share' }
/** The condition that every member fulfils. */
export const EVERY: Truth = { kind: 'truth', code: '1', nullable: false }
type Where = Parameters<typeof compileFormula>[0]

/** What is counted over the members of a household, several things in one loop. */
type Tally = { readonly atMember: (member: string) => void; readonly value: () => Numeric }

export function isTally(form: Form): form is TallyForm {
  return form.kind === 'count' || form.kind === 'share'
}

/** Writes one loop over the members that counts everything asked for. */
export function tallied(forms: readonly TallyForm[], household: Spot): Numeric[] {
  if (forms.length === 0) return []
  const { out } = household.program
  // The same `among` gives the same count, so that shares of one sum stand over one divisor.
  const amongs = new Map<string, Tally>()
  const tallies = forms.map(form =>
    form.kind === 'count' ? count(form.where.expr, household) : share(form, amongs, household),
  )
  out.eachMember(member => {
    for (const tally of [...amongs.values(), ...tallies]) tally.atMember(member)
  })
  return tallies.map(tally => tally.value())
}

/** How many members fulfil it; unknown where it is unknown for one. */
function count(where: Where, household: Spot): Tally {
  const { out } = household.program
  const [many, flag] = [out.name(), out.name()]
  out.line(`let ${many} = 0, ${flag} = 0`)
  let nullable = false
  return {
    atMember: member => {
      const holds = asTruth(compileFormula(where, memberSpot(household, member)))
      nullable ||= holds.nullable
      if (!holds.nullable) return out.line(`${many} += ${holds.code}`)
      const held = out.hold(holds.code)
      out.line(`${many} += ${held} & 1`)
      out.line(`${flag} |= ${held} >> 1`)
    },
    value: () => integer(many, 0, MEMBERS_MAX, nullable ? flag : '0'),
  }
}

/** The part of `among` that fulfils `where` over how many `among` are; 0 where there is none. */
function share(form: Form & { readonly kind: 'share' }, amongs: Map<string, Tally>, household: Spot): Tally {
  const { program } = household
  const { out } = program
  const { among, where } = form
  const all = among === null ? null : (amongs.get(among.text) ?? divisor(among.expr, household))
  if (among !== null && all !== null) amongs.set(among.text, all)
  const [part, flag] = [out.name(), out.name()]
  out.line(`let ${part} = 0, ${flag} = 0`)
  let nullable = false
  return {
    atMember: member => {
      const spot = memberSpot(household, member)
      const inside = among === null ? EVERY : asTruth(compileFormula(among.expr, spot))
      const held: Truth = { ...inside, code: out.hold(inside.code) }
      const piece = out.apart(() => asTruth(compileFormula(where.expr, spot)))
      nullable ||= held.nullable || piece.worth.nullable
      const counting = counted(part, flag, held, piece.worth, out.name())
      if (!isPlain(piece)) return out.place(`if (${held.code} !== 0)`, [...piece.lines, ...counting])
      out.unfold(piece)
      for (const line of counting) out.line(line)
    },
    value: () => {
      const over = all === null ? program.size : all.value()
      const unknown = out.hold(anyUnknown(over.unknown, nullable ? flag : '0'))
      return { ...integer(part, 0, MEMBERS_MAX, unknown), divisors: [{ code: over.code, high: MEMBERS_MAX }] }
    },
  }
}

/** Counts a member where both truths are 1; marks the count unknown where neither is 0 and one is 2. */
function counted(part: string, flag: string, inside: Truth, holds: Truth, both: string): string[] {
  if (!inside.nullable && !holds.nullable) {
    return [`${part} += ${inside.code === '1' ? holds.code : `${inside.code} & ${holds.code}`}`]
  }
  if (inside.code === '1') return [`const ${both} = ${holds.code}`, `${part} += ${both} & 1`, `${flag} |= ${both} >> 1`]
  return [`const ${both} = ${inside.code} * ${holds.code}`, `${part} += ${both} & 1`, `${flag} |= (${both} + 2) >> 2`]
}

/** How many members fulfil it, as a divisor: 1 where none does. */
function divisor(where: Where, household: Spot): Tally {
  const { out } = household.program
  const tally = count(where, household)
  let held: Numeric | null = null
  return {
    atMember: tally.atMember,
    value: () => {
      if (held === null) {
        const { code, unknown } = tally.value()
        held = integer(out.hold(`(${code} || 1)`), 1, MEMBERS_MAX, unknown)
      }
      return held
    },
  }
}
