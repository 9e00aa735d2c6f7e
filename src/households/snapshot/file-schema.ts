import {
  type DataType,
  Dictionary,
  Field,
  FixedSizeBinary,
  Float64,
  Int32,
  List,
  Schema,
  Struct,
  Utf8,
} from 'apache-arrow'
import { placesOf } from '#kernel'
import type { Catalogue, Fact } from '#rules'
import { arrowType } from './fact-vector.ts'
import { UUID_BYTES } from './uuid-bytes.ts'

/** Columns of a file that are no facts. */
export const OWN = {
  household: 'household_id',
  declaration: 'declaration_id',
  /** Where the household lives now, by the register: who may see it. A territory declared is a fact beside it. */
  territory: 'register_territory',
  weight: 'register_weight',
  members: 'members',
  /** A household with a value too large or too fine for its column: the case itself, as JSON. */
  exact: 'exact_case',
  person: 'person_id',
} as const

const UUID = new Map([
  ['ARROW:extension:name', 'arrow.uuid'],
  ['ARROW:extension:metadata', ''],
])

export type FileSchema = {
  readonly schema: Schema
  readonly household: readonly Fact[]
  readonly member: readonly Fact[]
  /** The row of a member; null where the catalogue has no members. */
  readonly memberType: Struct | null
}

/** What a file of a country's snapshot holds: a row per household, its members a list in the order declared. */
export function fileSchema(catalogue: Catalogue): FileSchema {
  const taken = [...catalogue.household.keys(), ...catalogue.member.keys()].filter(name =>
    (Object.values(OWN) as string[]).includes(name),
  )
  if (taken.length > 0) throw new Error(`the catalogue has facts that snapshots name otherwise: ${taken.join(', ')}`)
  const places = placesOf(catalogue.currency)
  const household = [...catalogue.household.values()]
  const member = [...catalogue.member.values()]
  let dictionary = 1
  const fields = (facts: readonly Fact[]) => facts.map(fact => factField(fact, arrowType(fact, places, dictionary++)))
  const memberType =
    member.length === 0
      ? null
      : new Struct([new Field(OWN.person, new FixedSizeBinary(UUID_BYTES), false, UUID), ...fields(member)])
  const schema = new Schema(
    [
      new Field(OWN.household, new FixedSizeBinary(UUID_BYTES), false, UUID),
      new Field(OWN.declaration, new FixedSizeBinary(UUID_BYTES), false, UUID),
      new Field(OWN.territory, new Dictionary(new Utf8(), new Int32(), 0), false),
      new Field(OWN.weight, new Float64(), false),
      ...fields(household),
      ...(memberType === null ? [] : [new Field(OWN.members, new List(new Field('item', memberType, false)), false)]),
      new Field(OWN.exact, new Utf8(), true),
    ],
    new Map([
      ['socle.country', catalogue.country],
      ['socle.currency', catalogue.currency],
    ]),
  )
  return { schema, household, member, memberType }
}

function factField(fact: Fact, type: DataType): Field {
  return new Field(fact.name, type, true, new Map([['socle.label', fact.label.en]]))
}
