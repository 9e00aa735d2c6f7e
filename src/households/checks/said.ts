import type { DeclaredFacts } from '../incoming.ts'

/** A declaration as somebody is about to make it: members have an id each, of the person or of the form. */
export type SaidHousehold = { readonly facts: DeclaredFacts; readonly members: readonly SaidMember[] }

export type SaidMember = {
  readonly id: string
  /** Names as one text, folded (`nameKey` of #population); tells two members who are one. Absent: not compared. */
  readonly nameKey?: string | undefined
  readonly facts: DeclaredFacts
}
