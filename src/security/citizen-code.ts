import { err, ok, type Result } from '#kernel'

/** What was asked before, as ages in seconds. */
export type CodeHistory = {
  /** Codes asked for this telephone in the last day, whether or not anybody has it. */
  readonly ofPhone: readonly number[]
  /** Codes asked from this network in the last day. */
  readonly ofClient: readonly number[]
  /** Messages that left in the last hour, to anybody. */
  readonly sentLastHour: number
}

export type CodeRequestRefusal =
  /** Asked too soon or too often: for this telephone, or from this network. */
  | { readonly code: 'code_wait'; readonly seconds: number }
  /** The installation sends no more messages this hour, to anybody. */
  | { readonly code: 'code_busy' }

const HOUR = 3600
const DAY = 24 * HOUR
/** How long after the last code the next may be asked: a message may be late, and every one costs. */
const DELAYS = [60, 5 * 60, 30 * 60, 2 * HOUR]
export type CodeLimits = {
  /** Codes for one asker: a network, a partner. */
  readonly hour: number
  readonly day: number
  /** Messages of this purpose to anybody in an hour. */
  readonly sentAnHour: number
}

/** A shop or a mobile operator puts many telephones behind one address: more than a person, less than a machine. */
const SIGNING_IN: CodeLimits = { hour: 20, day: 60, sentAnHour: 2000 }

export const CODE_SECONDS = 10 * 60
export const CODE_TRIES = 5

/** Whether another code may be asked. Nothing here depends on whether anybody has the telephone. */
export function decideCodeRequest(
  { ofPhone, ofClient, sentLastHour }: CodeHistory,
  limits: CodeLimits = SIGNING_IN,
): Result<undefined, CodeRequestRefusal> {
  const waits = [waitOfPhone(ofPhone), waitFor(ofClient, limits.hour, HOUR), waitFor(ofClient, limits.day, DAY)]
  const seconds = Math.ceil(Math.max(...waits))
  if (seconds > 0) return err({ code: 'code_wait', seconds })
  return sentLastHour >= limits.sentAnHour ? err({ code: 'code_busy' }) : ok(undefined)
}

/** The first is free, each next one waits longer, and a day has no more than there are delays and one. */
function waitOfPhone(ages: readonly number[]): number {
  const recent = ages.filter(age => age < DAY)
  if (recent.length === 0) return 0
  const delay = DELAYS[recent.length - 1]
  return delay === undefined ? DAY - Math.max(...recent) : delay - Math.min(...recent)
}

/** Seconds until fewer than `most` lie within the window. */
function waitFor(ages: readonly number[], most: number, window: number): number {
  const within = ages.filter(age => age < window).sort((a, b) => a - b)
  const oldest = within[most - 1]
  return oldest === undefined ? 0 : window - oldest
}
