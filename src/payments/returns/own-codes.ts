import { sql } from 'kysely'
import type { Transaction } from '#db'
import { err, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import { listProviders } from '../provider.ts'
import { actionOf, type ReturnAction } from './reason-codes.ts'

/** A provider's own reason code, and the code of ISO 20022 that says the same. */
export type OwnCode = { readonly provider: string; readonly code: string; readonly iso: string }

export type OwnCodeRefusal =
  | { readonly code: 'provider_unknown'; readonly provider: string }
  /** Not in the table: nothing would be done by it. */
  | { readonly code: 'iso_code_unknown'; readonly iso: string }
  | { readonly code: 'own_code_differs'; readonly own: string; readonly iso: string }

/** Says what a provider's own code means. The same again changes nothing; another meaning is refused, since payments went by the first. */
export async function payProviderMeans(
  tx: Transaction,
  { provider, code, iso }: OwnCode,
): Promise<Result<ReturnAction, OwnCodeRefusal>> {
  if (!(await listProviders(tx)).some(one => one.code === provider)) return err({ code: 'provider_unknown', provider })
  if (actionOf(iso) === 'look') return err({ code: 'iso_code_unknown', iso })
  const { numAffectedRows } = await sql`
    insert into payments.provider_reason (provider, code, iso) values (${provider}, ${code}, ${iso}) on conflict do nothing`.execute(
    tx,
  )
  if (numAffectedRows === 1n) {
    await appendAudit(tx, {
      action: 'payment_provider.reason',
      subject: { kind: 'payment_provider', id: provider },
      purpose: 'payment: what a code of a provider means',
      detail: { code, iso },
    })
    return ok(actionOf(iso))
  }
  const found = (await ownCodes(tx)).find(one => one.provider === provider && one.code === code)
  return found?.iso === iso ? ok(actionOf(iso)) : err({ code: 'own_code_differs', own: code, iso: found?.iso ?? '' })
}

export async function ownCodes(tx: Transaction): Promise<readonly OwnCode[]> {
  const { rows } = await sql<OwnCode>`select provider, code, iso from payments.provider_reason order by 1, 2`.execute(
    tx,
  )
  return rows
}
