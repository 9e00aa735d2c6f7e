import type { Catalogue, Fact } from './catalogue.ts'
import { typeOfFact } from './check-types.ts'
import type { Formula } from './pack.ts'
import { parseExpression } from './parse.ts'
import { EMPTY, reportSyntax, sealedOver } from './read-formula.ts'
import { readsOf } from './reads.ts'
import { checkExpression } from './typing/check-expression.ts'
import { isAny, listType, recordType, say, type Type, type TypeScope, typeOf } from './typing/type.ts'
import type { Cursor } from './yaml-source.ts'

/** Where a condition stands: over a household, or over one of its members, with the facts that may be read there. */
export type ConditionPlace = {
  readonly catalogue: Catalogue
  readonly of: 'household' | 'member'
  /** Facts known at this place; another fact of the catalogue is refused with the reason. */
  readonly known: (fact: Fact) => boolean
  /** Why a fact is not known here, for the message. */
  readonly because: string
  /** What it gives; a condition where nothing is said. */
  readonly gives?: 'boolean' | 'number'
}

/**
 * Reads a condition outside a pack: over facts, `members`, `head`, `today` and, for a member with a date of birth, `age` in
 * completed years. Checked and sealed as a pack's: what is unknown stays unknown.
 */
export function readCondition(cursor: Cursor, place: ConditionPlace): Formula {
  const text = cursor.text()
  if (text === '') return EMPTY
  const parsed = parseExpression(text, { mode: 'pack' })
  if (!parsed.ok) {
    reportSyntax(cursor, parsed.refusal)
    return EMPTY
  }
  const scope = scopeOf(place)
  const { type, problems } = checkExpression(parsed.value, scope, { sealed: true })
  for (const { from, to, code, message, expected, suggestion } of problems) {
    const at = cursor.placeOf({ from, to })
    cursor.source.report(at.from, at.to, code, message, { expected, suggestion })
  }
  const { gives = 'boolean' } = place
  if (problems.length === 0 && !isAny(type) && type.shape.kind !== gives) {
    const expected = gives === 'boolean' ? 'a condition: true or false' : 'a number'
    cursor.report('wrong_type', `this is ${say(type)}`, { expected })
  }
  reportUnknownYet(cursor, parsed.value, place)
  return { text, written: parsed.value, expr: sealedOver(parsed.value, place.catalogue) }
}

function reportUnknownYet(cursor: Cursor, written: Formula['written'], { catalogue, known, because }: ConditionPlace) {
  for (const { name, from, to } of readsOf(written, new Set(['head']))) {
    const fact = catalogue.household.get(name) ?? catalogue.member.get(name === 'age' ? 'birth_date' : name)
    if (fact === undefined || known(fact)) continue
    const at = cursor.placeOf({ from, to })
    cursor.source.report(at.from, at.to, 'not_known_here', `${name} ${because}`)
  }
}

function scopeOf({ catalogue, of }: ConditionPlace): TypeScope {
  const own = new Map([...catalogue.member.values()].map(fact => [fact.name, typeOfFact(fact)]))
  if (own.has('birth_date') && !own.has('age')) own.set('age', typeOf('number', true))
  const member = recordType('member', own)
  const names = new Map<string, Type>([
    ...[...catalogue.household.values()].map(fact => [fact.name, typeOfFact(fact)] as const),
    ['today', typeOf('date')],
    ...(catalogue.head
      ? ([
          ['members', listType(member)],
          ['head', member],
        ] as const)
      : []),
    ...(of === 'member' ? own : []),
  ])
  return { find: name => names.get(name), names: () => names.keys() }
}
