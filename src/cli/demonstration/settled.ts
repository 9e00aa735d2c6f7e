import type { Result } from '#kernel'

/** The demonstration asks for nothing that can be refused: a refusal is a bug, said with what caused it. */
export function settled<Value, Refusal>(result: Result<Value, Refusal>): Value {
  if (result.ok) return result.value
  const text = JSON.stringify(result.refusal, (_, value) => (typeof value === 'bigint' ? value.toString() : value))
  throw new Error(`the demonstration was refused: ${text}`)
}
