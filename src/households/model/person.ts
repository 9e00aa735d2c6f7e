import type { Days } from './days.ts'
import type { Draws } from './draws.ts'
import type { Area, Kind } from './model-file.ts'

export type Sex = 'female' | 'male'
export type Marital = 'single' | 'married' | 'widowed' | 'divorced'
export type Relation = 'head' | 'spouse' | 'child' | 'kafala_child' | 'parent' | 'sibling' | 'grandchild' | 'other'

/** A modelled person while it is being made. Made in one place so that all have one shape (and stay fast). */
export class Person {
  /** Tells apart the draws of two persons: the order in which they were made. */
  slot: number
  relation: Relation
  sex: Sex
  born: number
  age: number
  marital: Marital
  /** Which surname of the household: 0 the head's, others in order of appearance. */
  line: number
  fatherDeceased = false
  /** What this person does at school: the catalogue's codes; `level` is null out of school. */
  schooling = ''
  level: string | null = null
  education = ''
  diploma = ''
  literate = false
  occupation = ''
  employer = false
  working = false
  /** Works with declared wages. */
  formal = false
  retired = false
  cover = ''
  pension = false
  familyAllowance = false
  otherAid = false
  taxed = false
  disability = ''
  disabled = false
  absences = 0
  absencesHealth = 0

  constructor(slot: number, relation: Relation, sex: Sex, born: number, age: number, marital: Marital, line: number) {
    this.slot = slot
    this.relation = relation
    this.sex = sex
    this.born = born
    this.age = age
    this.marital = marital
    this.line = line
  }
}

/** A household while it is being made: what was drawn for it, and its people so far (the first one is the head). */
export type Making = {
  readonly draws: Draws
  readonly days: Days
  readonly area: Area
  readonly kind: Kind
  /** Rank among the households of the area, 0 the poorest, 999 the richest. */
  readonly wealth: number
  readonly people: Person[]
  nuclei: number
  /** Somebody runs a farm: some facts then follow other figures. */
  farm: boolean
  lines: number
  /** The surname of the couple's children. */
  childrenLine: number
}
