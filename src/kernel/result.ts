/**
 * What a decision answers. An expected refusal is a value: a `snake_case` code with the facts that caused it, never an
 * exception and never a sentence (words for people live in `locales/`). Bugs and outages are exceptions.
 */
export type Result<Value, Refusal> = { readonly ok: true; readonly value: Value } | Refused<Refusal>

export type Refused<Refusal> = { readonly ok: false; readonly refusal: Refusal }

export function ok<const Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value }
}

export function err<const Refusal>(refusal: Refusal): Refused<Refusal> {
  return { ok: false, refusal }
}
