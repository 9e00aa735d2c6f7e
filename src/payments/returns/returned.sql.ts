import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '#db'
import type { DateText } from '#kernel'
import type { RunId } from '../run.ts'
import { decideRetry, type RetryRefusal, type ReturnFacts } from './decide-retry.ts'

/**
 * The staged entitlements whose last payment came back, with what a decision needs to know (`facts`, a jsonb of {@link ReturnFacts})
 * and the code as it was answered.
 */
export function returnedStaged(run: RunId, day: DateText): RawBuilder<unknown> {
  return sql`
    select s.entitlement_id, a.reason as code, jsonb_build_object(
      'code', coalesce(own.iso, a.reason),
      'returns', (
        select count(*) from payments.run_line p
        where p.entitlement_id = s.entitlement_id and exists (
          select from payments.instruction_outcome b
          where b.run_id = p.run_id and b.position = p.position and b.kind in ('return', 'reverse'))),
      'accountChanged', now.id is not null and now.kind <> 'closed' and now.id <> was.id
        and (now.kind, now.provider, coalesce(encode(now.number_index, 'hex'), now.number)) is distinct from
          (was.kind, was.provider, coalesce(encode(was.number_index, 'hex'), was.number)),
      'payeeChanged', i.payee_id <> s.payee_id and now.id is not null and now.kind <> 'closed'
        and (now.kind = 'cash' or exists (select from payments.payee_account_verified v where v.account_id = now.id)),
      'doubtful', not payments.attempt_is_over(l.run_id, l.position, l.entitlement_id),
      'decided', (
        select d.decision from payments.entitlement_decision d
        where d.entitlement_id = s.entitlement_id and d.attempt = l.attempt order by d.recorded_at desc limit 1)) as facts
    from payments.run_staging s
      join payments.run_line l on l.entitlement_id = s.entitlement_id
      join payments.instruction_outcome o on o.run_id = l.run_id and o.position = l.position and o.kind in ('return', 'reverse')
      join payments.answer_line a on a.file_id = o.file_id and a.line = o.line
      join payments.instruction i on i.run_id = l.run_id and i.position = l.position
      join payments.payee_account was on was.id = i.account_id
      left join payments.provider_reason own on own.provider = i.provider and own.code = a.reason
      left join lateral (
        select n.id, n.kind, n.provider, n.number, n.number_index from payments.payee_account n
        where n.payee_id = s.payee_id and n.valid_from <= ${day}::date
        order by n.valid_from desc, n.recorded_at desc, n.id desc limit 1) now on true
    where s.run_id = ${run} and not exists (
      select from payments.run_line later where later.entitlement_id = l.entitlement_id and later.attempt > l.attempt)`
}

/** What was decided of each set of facts among the staged: `reason` is null where it is tried again. */
export type Verdicts = { readonly facts: readonly string[]; readonly reasons: readonly (RetryRefusal['code'] | null)[] }

/** Decides once for each set of facts that there is: a handful, however many payments came back. */
export async function decideReturned(
  tx: Transaction,
  run: RunId,
  day: DateText,
  terms: { readonly retriesMost: number },
): Promise<Verdicts> {
  const { rows } = await sql<{ key: string; facts: ReturnFacts }>`
    select distinct facts::text as key, facts from (${returnedStaged(run, day)}) as returned`.execute(tx)
  const decided = rows.map(({ facts }) => decideRetry(facts, terms))
  return {
    facts: rows.map(({ key }) => key),
    reasons: decided.map(answer => (answer.ok ? null : answer.refusal.code)),
  }
}
