/** What a fact, a parameter or an expression is, as far as it can be told before any value is known. */
export type Type = {
  readonly shape: Shape
  /** True where it may be null: a fact that may be unknown, a quotient whose divisor may be 0. */
  readonly nullable: boolean
}

export type Shape =
  /** Nothing is known; every use is let through. What follows from a mistake is of this shape, so that one mistake is told once. */
  | { readonly kind: 'any' }
  | { readonly kind: 'null' | 'boolean' | 'number' | 'money' | 'date' | 'months_duration' | 'days_duration' | 'string' }
  /** A text out of a closed list, which has a name: `relation`. */
  | { readonly kind: 'code'; readonly list: string; readonly codes: ReadonlySet<string> }
  /** A record of facts: a member. */
  | { readonly kind: 'record'; readonly name: string; readonly fields: ReadonlyMap<string, Type> }
  | { readonly kind: 'list'; readonly of: Type }
  | { readonly kind: 'range'; readonly of: Type }

/** The types behind the names that an expression may use. */
export interface TypeScope {
  find(name: string): Type | undefined
  /** The names it has, for a suggestion where one is mistaken. */
  names(): Iterable<string>
}

export const ANY: Type = { shape: { kind: 'any' }, nullable: false }
export const NULL: Type = { shape: { kind: 'null' }, nullable: true }

export function typeOf(
  kind: 'boolean' | 'number' | 'money' | 'date' | 'months_duration' | 'days_duration' | 'string',
  nullable = false,
): Type {
  return { shape: { kind }, nullable }
}

export function codeType(list: string, codes: Iterable<string>, nullable = false): Type {
  return { shape: { kind: 'code', list, codes: new Set(codes) }, nullable }
}

export function recordType(name: string, fields: ReadonlyMap<string, Type>): Type {
  return { shape: { kind: 'record', name, fields }, nullable: false }
}

export function listType(of: Type): Type {
  return { shape: { kind: 'list', of }, nullable: false }
}

export function withNull(type: Type, nullable: boolean): Type {
  return type.nullable === nullable ? type : { ...type, nullable }
}

export function isAny({ shape }: Type): boolean {
  return shape.kind === 'any'
}

export function isNumeric({ shape }: Type): boolean {
  return shape.kind === 'number' || shape.kind === 'money'
}

export function isText({ shape }: Type): boolean {
  return shape.kind === 'string' || shape.kind === 'code'
}

/** A type as a message says it: "a number", "one of the codes of relation", "a list of members". */
export function say({ shape }: Type): string {
  switch (shape.kind) {
    case 'any':
      return 'a value'
    case 'null':
      return 'null'
    case 'boolean':
      return 'true or false'
    case 'number':
      return 'a number'
    case 'money':
      return 'an amount of money'
    case 'date':
      return 'a date'
    case 'months_duration':
      return 'a number of months'
    case 'days_duration':
      return 'a number of days'
    case 'string':
      return 'a text'
    case 'code':
      return `a code of ${shape.list}`
    case 'record':
      return `a ${shape.name}`
    case 'list':
      return shape.of.shape.kind === 'record' ? `a list of ${shape.of.shape.name}s` : 'a list'
    case 'range':
      return 'a range'
  }
}

/** Whether the two can stand in one place: compared by `=`, or as the two branches of an `if`. */
export function agree(a: Type, b: Type): boolean {
  if (isAny(a) || isAny(b) || a.shape.kind === 'null' || b.shape.kind === 'null') return true
  if (isNumeric(a) && isNumeric(b)) return true
  if (isText(a) && isText(b)) return true
  if (a.shape.kind === 'list' && b.shape.kind === 'list') return agree(a.shape.of, b.shape.of)
  return a.shape.kind === b.shape.kind
}

/** The type of a place that holds the one or the other. */
export function either(a: Type, b: Type): Type {
  const nullable = a.nullable || b.nullable
  if (a.shape.kind === 'null') return withNull(b, true)
  if (b.shape.kind === 'null') return withNull(a, true)
  if (isAny(a) || isAny(b) || !agree(a, b)) return { ...ANY, nullable }
  if (isNumeric(a)) return typeOf(a.shape.kind === 'money' || b.shape.kind === 'money' ? 'money' : 'number', nullable)
  if (isText(a)) return a.shape.kind === 'code' && sameCodes(a, b) ? withNull(a, nullable) : typeOf('string', nullable)
  return withNull(a, nullable)
}

function sameCodes(a: Type, b: Type): boolean {
  return a.shape.kind === 'code' && b.shape.kind === 'code' && a.shape.list === b.shape.list
}
