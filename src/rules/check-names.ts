import type { Pack, Step } from './pack.ts'
import { formulasOf, parametersOf, stepsOf } from './pack-parts.ts'
import { RESERVED, type ReadPack } from './read-pack.ts'
import { readsOf } from './reads.ts'

/** Checks what needs the whole pack: facts declared and used, circles, dates of parameters. */
export function checkNames(read: ReadPack): void {
  const names = new PackNames(read.pack)
  const used = new Set<string>()
  for (const formula of read.formulas) {
    for (const name of readsOf(formula.formula.written, names.members)) used.add(name.name)
  }
  for (const fact of read.pack.facts) {
    if (used.has(fact.name)) continue
    read.places.get(fact.name)?.report('fact_not_used', `${fact.name} is declared and no rule reads it`)
  }
  checkCircles(read, names)
  checkDates(read)
}

/** What each name of a pack stands for. */
class PackNames {
  readonly household = new Set<string>(RESERVED)
  readonly member = new Set<string>()
  /** Names that stand for one member. */
  readonly members = new Set<string>(['head'])

  constructor(pack: Omit<Pack, 'version'>) {
    for (const fact of pack.facts) this.#of(fact.of).add(fact.name)
    for (const parameter of pack.parameters.values()) this.#of(parameter.of).add(parameter.name)
    for (const step of pack.steps.values()) {
      this.#of(step.of).add(step.name)
      if (step.form.kind === 'first') this.members.add(step.name)
    }
  }

  #of(of: 'household' | 'member'): Set<string> {
    return of === 'member' ? this.member : this.household
  }
}

/** A step that needs itself, through whatever others, has no value: the circle is spelt out. */
function checkCircles(read: ReadPack, names: PackNames): void {
  const steps = new Map(stepsOf(read.pack).map(step => [step.name, step]))
  const state = new Map<string, 'open' | 'done'>()
  const visit = (step: Step, path: readonly string[]): void => {
    if (state.get(step.name) === 'done') return
    if (state.get(step.name) === 'open') {
      const circle = [...path.slice(path.indexOf(step.name)), step.name]
      read.places.get(step.name)?.reportKey('circle', `this step needs itself: ${circle.join(' → ')}`)
      return
    }
    state.set(step.name, 'open')
    for (const name of readBy(step, read, names)) {
      const next = steps.get(name)
      if (next) visit(next, [...path, step.name])
    }
    state.set(step.name, 'done')
  }
  for (const step of steps.values()) visit(step, [])
}

function readBy(step: Step, read: ReadPack, names: PackNames): string[] {
  const own = formulasOf(step.form).flatMap(formula => readsOf(formula.written, names.members).map(each => each.name))
  const terms = step.form.kind === 'weighted_sum' ? step.form.terms.map(term => term.variable.name) : []
  const keys = own.flatMap(name => {
    const by = read.pack.parameters.get(name)?.by
    return by ? readsOf(by.written, names.members).map(each => each.name) : []
  })
  return [...own, ...terms, ...keys]
}

/** Every parameter has a value on the first day of the pack's life, and none that ends before it starts. */
function checkDates({ pack, places }: ReadPack): void {
  const start = pack.life.from === null ? null : `${pack.life.from}-01`
  for (const parameter of parametersOf(pack)) {
    const first = parameter.values.at(-1)
    const place = places.get(parameter.name)
    if (first && first.from !== null && (start === null || first.from > start)) {
      place?.reportKey('not_in_force_at_start', `${parameter.name} has no value before ${first.from}`, {
        expected: `a value from ${start ?? 'always'}, when the pack comes into force`,
      })
    }
    for (const value of parameter.values) {
      if (value.to !== null && value.from !== null && value.to < value.from) {
        place?.reportKey('ends_before_start', `${parameter.name} has a value that ends before it starts`)
      }
    }
  }
}
