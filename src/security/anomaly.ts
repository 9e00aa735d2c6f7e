// What stands out in a day of the audit, decided from counts. Thresholds are ours: an auditor judges, nobody is blamed by one.

/** One person's day, and what is usual. Times are wall-clock times of the country. */
export type DayOfActor = {
  readonly actor: string
  readonly name: string
  /** What holds all that was touched that day. */
  readonly territory: string
  /** Different files opened alone. */
  readonly opened: number
  /** Middle value of the days with any, of the four weeks before; undefined where there are fewer than five. */
  readonly usual: number | undefined
  /** Middle value of everybody that day; undefined where fewer than four people opened any. */
  readonly peers: number | undefined
  /** Rows of lists taken away, and the middle value of the days with any. */
  readonly exported: number
  readonly usualExported: number | undefined
  /** Files opened and lists taken between 22:00 and 05:59. */
  readonly night: number
  /** Acts under the purpose of emergency. */
  readonly emergency: number
  /** Files opened where less than a hundredth of the earlier ones were; undefined where fewer than thirty were opened before. */
  readonly outside: number | undefined
  /** The file opened most often, and how often. */
  readonly again: { readonly kind: string; readonly id: string; readonly times: number } | undefined
  /** Files opened that the list of conflicts holds against the reader: own household, kin. */
  readonly own: readonly { readonly kind: string; readonly id: string }[]
  /** Attempts to sign in to the account that failed. */
  readonly failures: number
}

export const ANOMALY_KINDS = [
  'own_file',
  'emergency_access',
  'many_files',
  'large_export',
  'outside_area',
  'night_work',
  'same_file',
  'sign_in_failures',
] as const
export type AnomalyKind = (typeof ANOMALY_KINDS)[number]

export type Anomaly = {
  readonly kind: AnomalyKind
  /** 1 beyond the threshold, 2 from twice, 3 from four times. */
  readonly level: 1 | 2 | 3
  readonly subject: { readonly kind: string; readonly id: string } | undefined
  /** Whole numbers, by name: what was counted, and the threshold. */
  readonly facts: Readonly<Record<string, number>>
}

type Detector = (day: DayOfActor) => readonly Anomaly[]

/** More files than the threshold is worth a look for anybody, and four times as many as usual or as the others sooner. */
export const MOST_FILES = 200
const FEWEST_FILES = 40
const TIMES_THE_USUAL = 4
const MOST_EXPORTED = 20_000
const FEWEST_EXPORTED = 1000
const NIGHT_ACTS = 5
const OUTSIDE_FILES = 5
const SAME_FILE = 8
const FAILURES = 10

const detectors: Readonly<Record<AnomalyKind, Detector>> = {
  own_file: ({ own }) => own.map(subject => ({ kind: 'own_file', level: 3, subject, facts: {} })),
  emergency_access: ({ emergency }) => beyond('emergency_access', { acts: emergency }, emergency, 1),
  many_files: ({ opened, usual, peers }) =>
    beyond(
      'many_files',
      { opened, ...known({ usual, peers }) },
      opened,
      unusual([usual, peers], FEWEST_FILES, MOST_FILES),
    ),
  large_export: ({ exported, usualExported: usual }) =>
    beyond(
      'large_export',
      { exported, ...known({ usual }) },
      exported,
      unusual([usual], FEWEST_EXPORTED, MOST_EXPORTED),
    ),
  outside_area: ({ outside = 0, opened }) => beyond('outside_area', { outside, opened }, outside, OUTSIDE_FILES),
  night_work: ({ night }) => beyond('night_work', { acts: night }, night, NIGHT_ACTS),
  same_file: ({ again }) =>
    again
      ? beyond('same_file', { times: again.times }, again.times, SAME_FILE, { kind: again.kind, id: again.id })
      : [],
  sign_in_failures: ({ failures }) => beyond('sign_in_failures', { failures }, failures, FAILURES),
}

/** All that stands out in one person's day, the gravest kinds first. */
export function anomaliesOf(day: DayOfActor): readonly Anomaly[] {
  return ANOMALY_KINDS.flatMap(kind => detectors[kind](day))
}

/** Four times the highest of what is usual, never below the floor nor above the ceiling; the ceiling where nothing is known. */
function unusual(usual: readonly (number | undefined)[], floor: number, ceiling: number): number {
  const said = usual.filter(value => value !== undefined)
  if (said.length === 0) return ceiling
  return Math.min(ceiling, Math.max(floor, TIMES_THE_USUAL * Math.max(...said)))
}

function beyond(
  kind: AnomalyKind,
  facts: Anomaly['facts'],
  count: number,
  threshold: number,
  subject?: Anomaly['subject'],
): readonly Anomaly[] {
  if (count < threshold) return []
  const level = count >= 4 * threshold ? 3 : count >= 2 * threshold ? 2 : 1
  return [{ kind, level, subject, facts: { ...facts, threshold } }]
}

function known(facts: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
