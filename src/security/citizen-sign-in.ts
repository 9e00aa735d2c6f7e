import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import { anonymous, type CitizenActor, type Database, type Transaction, transaction } from '#db'
import { err, type Id, newId, ok, type Result } from '#kernel'
import { appendAudit } from './audit.ts'
import { CODE_SECONDS, CODE_TRIES, type CodeRequestRefusal, decideCodeRequest } from './citizen-code.ts'
import { drawCode, typedDigits } from './code-digits.ts'
import { type DerivedKeys, deriveKeys } from './derived-keys.ts'

type PersonId = Id<'Person'>

export type CitizenCodeRefusal =
  | { readonly code: 'citizen_code_wrong'; readonly left: number }
  /** Too old, tried too often, used, or asked in another browser: a new one has to be asked for. */
  | { readonly code: 'citizen_code_over' }

/** Somebody, one of those who have the telephone that received the code. */
export type Citizen = { readonly persons: readonly [PersonId, ...PersonId[]] }

export type CodeRequest = {
  /** In one form, E.164. */
  readonly phone: string
  /** The network that asks. */
  readonly client: string
  /** Who has exactly this telephone. Asked after the answer left, so that the answer takes as long whoever has it. */
  readonly known: () => Promise<readonly PersonId[]>
  readonly send: (code: string) => Promise<void>
}

export type CitizenSignIn = {
  /** Sends a code if somebody has the telephone, and answers the same if nobody has: what the browser keeps. */
  readonly request: (request: CodeRequest) => Promise<Result<{ readonly challenge: string }, CodeRequestRefusal>>
  /** Whether a browser asked for a code that still serves. */
  readonly awaited: (challenge: string) => Promise<boolean>
  /** The code typed: what the browser then keeps. */
  readonly enter: (challenge: string, code: string) => Promise<Result<{ readonly token: string }, CitizenCodeRefusal>>
  readonly of: (token: string) => Promise<Citizen | undefined>
  readonly end: (token: string) => Promise<void>
  /** When the messages under way have left. */
  readonly settled: () => Promise<void>
}

const SESSION_MINUTES = 30

type Settings = {
  readonly app: Database
  readonly secret: string
  /** Told why a message did not leave. */
  readonly onError: (error: unknown) => void
}

export function openCitizenSignIn({ app, secret, onError }: Settings): CitizenSignIn {
  const keys = deriveKeys(secret, 'citizen code')
  const underWay = new Set<Promise<void>>()
  return {
    settled: async () => void (await Promise.all(underWay)),
    async request({ phone, client, known, send }) {
      const id = newId<'citizen-code'>()
      const [challenge, code] = [randomBytes(32).toString('base64url'), drawCode()]
      const asked = await transaction(app, anonymous, async tx => {
        const history = { phone: keys.hash(`phone ${phone}`), client: keys.hash(`client ${client}`) }
        const decided = await decideNow(tx, history)
        if (!decided.ok) return decided
        await sql`
          insert into security.citizen_code (id, challenge_hash, code_hash, phone_hash, client_hash, expires_at)
          values (${id}, ${hashOf(challenge)}, ${codeHash(keys, id, code)}, ${history.phone}, ${history.client},
            clock_timestamp() + make_interval(secs => ${CODE_SECONDS}))`.execute(tx)
        return ok({ challenge })
      })
      if (asked.ok) {
        const sending = deliver(app, id, known, () => send(code)).catch(onError)
        underWay.add(sending)
        void sending.finally(() => underWay.delete(sending))
      }
      return asked
    },
    awaited: challenge =>
      transaction(app, anonymous, async tx => {
        const { rows } = await sql`
          select from security.citizen_code where challenge_hash = ${hashOf(challenge)}
            and used_at is null and tries < ${CODE_TRIES} and expires_at > clock_timestamp()`.execute(tx)
        return rows.length === 1
      }),
    enter: (challenge, typed) => enter(app, keys, challenge, typedDigits(typed)),
    of: token =>
      transaction(app, anonymous, async tx => {
        const { rows } = await sql<Citizen>`
          select persons from security.citizen_session
          where token_hash = ${hashOf(token)} and expires_at > clock_timestamp()`.execute(tx)
        return rows[0]
      }),
    end: token =>
      transaction(app, anonymous, async tx => {
        await sql`
          update security.citizen_session set expires_at = clock_timestamp()
          where token_hash = ${hashOf(token)} and expires_at > clock_timestamp()`.execute(tx)
      }),
  }
}

/** The citizen as the actor of a transaction, where they live. */
export function citizenActor({ persons }: Citizen, territories: readonly string[]): CitizenActor {
  return { kind: 'citizen', citizenId: persons[0], name: '', territories }
}

/** One request at a time: those sent all at once are counted like those sent one after the other. */
async function decideNow(tx: Transaction, { phone, client }: { readonly phone: Buffer; readonly client: Buffer }) {
  await sql`select pg_advisory_xact_lock(hashtextextended('security.citizen_code', 0))`.execute(tx)
  const { rows } = await sql<{ ofPhone: number[]; ofClient: number[]; sentLastHour: number }>`
    select
      array(select extract(epoch from clock_timestamp() - asked_at)::int from security.citizen_code
        where phone_hash = ${phone} and asked_at > clock_timestamp() - interval '1 day') as "ofPhone",
      array(select extract(epoch from clock_timestamp() - asked_at)::int from security.citizen_code
        where client_hash = ${client} and asked_at > clock_timestamp() - interval '1 day') as "ofClient",
      (select count(*)::int from security.citizen_code
        where asked_at > clock_timestamp() - interval '1 hour' and sent_at is not null) as "sentLastHour"`.execute(tx)
  return decideCodeRequest(rows[0]!)
}

async function deliver(
  app: Database,
  id: Id<'citizen-code'>,
  known: CodeRequest['known'],
  send: () => Promise<void>,
): Promise<void> {
  const persons = await known()
  if (persons.length === 0) return
  await transaction(app, anonymous, tx =>
    sql`update security.citizen_code set persons = ${[...persons]}::uuid[], sent_at = clock_timestamp() where id = ${id}`.execute(
      tx,
    ),
  )
  await send()
}

async function enter(
  app: Database,
  keys: DerivedKeys,
  challenge: string,
  typed: string,
): Promise<Result<{ readonly token: string }, CitizenCodeRefusal>> {
  return transaction(app, anonymous, async tx => {
    const { rows } = await sql<{
      id: Id<'citizen-code'>
      hash: Buffer
      persons: Citizen['persons'] | null
      tries: number
    }>`
      update security.citizen_code set tries = tries + 1
      where challenge_hash = ${hashOf(challenge)} and used_at is null and tries < ${CODE_TRIES} and expires_at > clock_timestamp()
      returning id, code_hash as hash, persons, tries`.execute(tx)
    const asked = rows[0]
    if (!asked) return err({ code: 'citizen_code_over' })
    const right = timingSafeEqual(codeHash(keys, asked.id, typed), asked.hash)
    if (!right || !asked.persons) return err({ code: 'citizen_code_wrong', left: CODE_TRIES - asked.tries })
    const token = randomBytes(32).toString('base64url')
    await sql`update security.citizen_code set used_at = clock_timestamp() where id = ${asked.id}`.execute(tx)
    await sql`
      insert into security.citizen_session (id, token_hash, persons, expires_at)
      values (${newId()}, ${hashOf(token)}, ${[...asked.persons]}::uuid[],
        clock_timestamp() + make_interval(mins => ${SESSION_MINUTES}))`.execute(tx)
    await appendAudit(tx, {
      action: 'citizen_session.open',
      subject: { kind: 'person', id: asked.persons[0] },
      purpose: 'data_rights: code by telephone',
      detail: { persons: asked.persons },
    })
    return ok({ token })
  })
}

function codeHash(keys: DerivedKeys, id: string, code: string): Buffer {
  return keys.hash(`code ${id} ${code}`)
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
