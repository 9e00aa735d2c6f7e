import { sql } from 'kysely'
import type { Transaction } from '#db'
import { err, type Id, ok, type Result } from '#kernel'
import { drawNumbers } from './draw-numbers.ts'
import { ALIAS_FORM, faultsOf } from './number-form.ts'

export type PersonAlias = {
  readonly alias: string
  readonly issuedAt: Date
  readonly issuedBy: string
  /** Null for one that holds until it is revoked. */
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
  readonly reason: string | null
}

export type AliasRefusal =
  | { readonly code: 'person_unknown' }
  | { readonly code: 'too_many_aliases'; readonly standing: number; readonly most: number }
  | { readonly code: 'end_is_past'; readonly expiresAt: Date }

/** Aliases that may stand at once: enough to give each office another, too few to fill the numbers. */
export const MOST_ALIASES = 10
/** One number in about ten million millions is taken: a second try is rare, a fifth is a fault. */
const TRIES = 5

/** Gives a person, whom the actor sees, an alias: until an instant, or (null) until it is revoked. */
export async function issueAlias(
  tx: Transaction,
  person: Id<'Person'>,
  { expiresAt }: { readonly expiresAt: Date | null },
): Promise<Result<string, AliasRefusal>> {
  // One at a time for a person: two that count together would give one too many. The count is asked after the lock is held.
  await sql`select from population.person where id = ${person} for no key update`.execute(tx)
  const { rows } = await sql<{ country: string; standing: number; isPast: boolean }>`
    select p.country, (${expiresAt}::timestamptz <= now()) is true as "isPast",
      (select count(*)::int from population.person_alias a where a.person_id = p.id and a.revoked_at is null
        and (a.expires_at is null or a.expires_at > now())) as standing
    from population.person p where p.id = ${person}`.execute(tx)
  const [found] = rows
  if (!found) return err({ code: 'person_unknown' })
  if (found.isPast) return err({ code: 'end_is_past', expiresAt: expiresAt as Date })
  if (found.standing >= MOST_ALIASES)
    return err({ code: 'too_many_aliases', standing: found.standing, most: MOST_ALIASES })
  for (const alias of drawNumbers(ALIAS_FORM, TRIES)) {
    const { numAffectedRows = 0n } = await sql`
      insert into population.person_alias (country, alias, person_id, expires_at)
      values (${found.country}, ${alias}, ${person}, ${expiresAt}) on conflict do nothing`.execute(tx)
    if (numAffectedRows > 0n) return ok(alias)
  }
  throw new Error('no alias was free in five draws')
}

/** Every alias of a person, the latest first, those that ended too. */
export async function aliasesOf(tx: Transaction, person: Id<'Person'>): Promise<PersonAlias[]> {
  const { rows } = await sql<PersonAlias>`
    select alias, issued_at as "issuedAt", issued_by as "issuedBy", expires_at as "expiresAt", revoked_at as "revokedAt", reason
    from population.person_alias where person_id = ${person} order by issued_at desc, alias`.execute(tx)
  return rows
}

/** Whom an alias stands for, where it holds and the actor may see the person. */
export async function personWithAlias(
  tx: Transaction,
  country: string,
  alias: string,
): Promise<Id<'Person'> | undefined> {
  if (faultsOf(alias, ALIAS_FORM).length > 0) return undefined
  const { rows } = await sql<{ person: Id<'Person'> }>`
    select person_id as person from population.person_alias
    where country = ${country} and alias = ${alias} and revoked_at is null and not spent
      and (expires_at is null or expires_at > now())`.execute(tx)
  return rows[0]?.person
}

/** Revokes an alias for a reason that is kept. Answers whether it was still to be revoked. */
export async function revokeAlias(tx: Transaction, country: string, alias: string, reason: string): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`
    update population.person_alias
    set revoked_at = clock_timestamp(), revoked_by = security.actor(), reason = ${reason}
    where country = ${country} and alias = ${alias} and revoked_at is null and not spent`.execute(tx)
  return numAffectedRows > 0n
}
