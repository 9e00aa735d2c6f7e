// Who acts. Told to PostgreSQL at the start of each transaction, for row-level security and for the audit.

/** A member of staff, with the territories granted for what the transaction does ('' is the whole country; '07' covers '07.351.01.'). */
export type StaffActor = {
  readonly kind: 'staff'
  readonly staffId: string
  /** Shown in histories and audit. */
  readonly name: string
  readonly territories: readonly string[]
  /** Where grants are limited to programmes: every pair granted (null: every programme there). Left out: all programmes. */
  readonly programmes?: readonly { readonly programme: string | null; readonly territory: string }[]
  /** What the transaction was opened for, such as 'household.read'. */
  readonly permission?: string
  /** Ids of households and persons whose files are closed, the actor being too close to them. */
  readonly closed?: readonly string[]
  /** In an emergency, ids of the household and the persons whose files are open, and no others. */
  readonly only?: readonly string[]
}

/** A program of a partner, known by its key: limited as a member of staff is. */
export type ServiceActor = Omit<StaffActor, 'kind' | 'staffId'> & {
  readonly kind: 'service'
  readonly serviceId: string
}

/** A citizen who came in with a code: what lies where they live, of which their page asks their own alone. */
export type CitizenActor = {
  readonly kind: 'citizen'
  /** The person, as the audit names them. */
  readonly citizenId: string
  readonly name: string
  readonly territories: readonly string[]
}

/** The program itself at work, in the worker's role: sees every territory there, and none in the application's role. */
export type WorkerActor = { readonly kind: 'worker'; readonly name: string }

/** Nobody known: sees no person's data. */
export type AnonymousActor = { readonly kind: 'anonymous' }

export type Actor = StaffActor | ServiceActor | CitizenActor | WorkerActor | AnonymousActor

export const anonymous: AnonymousActor = { kind: 'anonymous' }

export function workerActor(name: string): WorkerActor {
  return { kind: 'worker', name }
}

/** Settings of the transaction, read by the policies of `security` (see its first migration). */
export type ActorSettings = {
  readonly 'socle.actor_kind': string
  readonly 'socle.actor_id': string
  readonly 'socle.actor_name': string
  /** Every granted territory lies in [low, high) by byte order; an empty range when nothing is granted. */
  readonly 'socle.territory_low': string
  readonly 'socle.territory_high': string
  /** A regular expression of the granted codes when the range is wider than the grants, else ''. */
  readonly 'socle.territory_pattern': string
  /** A regular expression of 'programme territory' pairs when grants are limited to programmes, else ''. */
  readonly 'socle.programme_pattern': string
  /** What the transaction was opened for; '' where it is not said. */
  readonly 'socle.permission': string
  /** An array of ids of files that are closed, or ''. */
  readonly 'socle.conflicts': string
  /** An array of the only ids of files that are open, or '' where this limits nothing. */
  readonly 'socle.only_files': string
}

export function actorSettings(actor: Actor): ActorSettings {
  const granted = actor.kind === 'staff' || actor.kind === 'service' ? actor : undefined
  const range = territoryRange('territories' in actor ? actor.territories : [])
  return {
    'socle.actor_kind': actor.kind,
    'socle.actor_id': idOf(actor),
    'socle.actor_name': actor.kind === 'anonymous' ? '' : actor.name,
    'socle.territory_low': range.low,
    'socle.territory_high': range.high,
    'socle.territory_pattern': range.exact ? '' : `^(${range.codes.join('|').replaceAll('.', '\\.')})($|\\.)`,
    'socle.programme_pattern': granted?.programmes ? programmePattern(granted.programmes) : '',
    'socle.permission': granted?.permission ?? '',
    'socle.conflicts': granted?.closed?.length ? idArray(granted.closed) : '',
    'socle.only_files': granted?.only ? idArray(granted.only) : '',
  }
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** As PostgreSQL writes an array; none is `{}`, which lets through none. */
function idArray(ids: readonly string[]): string {
  for (const id of ids) if (!ID.test(id)) throw new Error(`Not an id: ${JSON.stringify(id)}`)
  return `{${ids.join(',')}}`
}

function idOf(actor: Actor): string {
  switch (actor.kind) {
    case 'staff':
      return actor.staffId
    case 'service':
      return actor.serviceId
    case 'citizen':
      return actor.citizenId
    default:
      return ''
  }
}

// Codes are letters, digits and dots ('07.351.01.02.'). In byte order a code and all below it stand between the code
// without its last dot and the same followed by '/', the character after the dot.
const CODE = /^[0-9A-Za-z]+(\.[0-9A-Za-z]+)*\.?$/
const AFTER_EVERY_CODE = '~'

export function territoryRange(granted: readonly string[]): {
  low: string
  high: string
  exact: boolean
  codes: string[]
} {
  if (granted.includes('')) return { low: '', high: AFTER_EVERY_CODE, exact: true, codes: [''] }
  for (const code of granted) if (!CODE.test(code)) throw new Error(`Not a territory code: ${JSON.stringify(code)}`)
  const all = [...new Set(granted.map(code => code.replace(/\.$/, '')))].sort(byBytes)
  const codes = all.filter(code => !all.some(other => code.startsWith(`${other}.`)))
  const [first, last] = [codes[0], codes.at(-1)]
  if (first === undefined || last === undefined) return { low: '', high: '', exact: true, codes }
  return { low: first, high: `${last}/`, exact: codes.length === 1, codes }
}

const PROGRAMME = /^[a-z0-9-]+(\/[a-z0-9-]+)*$/

/** A regular expression, for PostgreSQL and for JavaScript, of 'ma/asd 07.351' for every pair granted. */
function programmePattern(granted: NonNullable<StaffActor['programmes']>): string {
  const pairs = granted.map(({ programme, territory }) => {
    if (programme !== null && !PROGRAMME.test(programme))
      throw new Error(`Not a programme: ${JSON.stringify(programme)}`)
    if (territory !== '' && !CODE.test(territory)) throw new Error(`Not a territory code: ${JSON.stringify(territory)}`)
    const place = territory === '' ? '' : `${territory.replace(/\.$/, '').replaceAll('.', '\\.')}($|\\.)`
    return `${programme ?? '[^ ]+'} ${place}`
  })
  // Nothing granted is nothing seen, not everything.
  return pairs.length === 0 ? '^$' : `^(${pairs.join('|')})`
}

function byBytes(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
