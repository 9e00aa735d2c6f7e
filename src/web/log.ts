import { type DestinationStream, type Logger, pino } from 'pino'

/**
 * The log of the server and of workers, as JSON lines. An error is written without what it may quote: PostgreSQL repeats
 * the values of a row in an error's detail, and a parser the text it could not read. What is left tells where and why.
 */
export function createLog(level: string, out?: DestinationStream): Logger {
  const options = { level, serializers: { err: withoutData } }
  return out ? pino(options, out) : pino(options)
}

const KEPT = ['code', 'severity', 'schema', 'table', 'constraint', 'routine', 'status'] as const

/** What a log may hold of an error: its kind, its place, and its message without values. */
function withoutData(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error, ...keptOf(error) }
  const frames = (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line))
  return {
    type: error.name,
    message: masked(error.message),
    ...keptOf(error),
    stack: frames.join('\n'),
    ...(error.cause === undefined ? {} : { cause: withoutData(error.cause) }),
  }
}

function keptOf(error: unknown): object {
  if (typeof error !== 'object' || error === null) return {}
  const given = error as Record<string, unknown>
  return Object.fromEntries(
    KEPT.filter(key => ['string', 'number'].includes(typeof given[key])).map(key => [key, given[key]]),
  )
}

/** A message without what it quotes, without addresses and without long numbers. */
export function masked(message: string): string {
  return message
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`|«[^»]*»/g, '"…"')
    .replaceAll(/[\w.+-]+@[\w.-]+/g, '…@…')
    .replaceAll(/\d[\d\s().+/-]{5,}\d|\d{6,}/g, '…')
}
