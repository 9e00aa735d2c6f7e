import { sql } from 'kysely'
import type { Transaction } from '#db'
import { err, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import { latinText } from './iso20022/latin.ts'

/** Who carries the money to payees: a bank or treasury, a mobile-money operator, a network of payment points. */
export type Provider = {
  /** At most 20 small letters, digits and dashes: part of the payment file's group id. */
  readonly code: string
  readonly name: string
  readonly kind: 'bank' | 'mobile' | 'cash'
  /** ISO 9362, where it has one. */
  readonly bic: string | null
  /** Who pays, as payment files say it. */
  readonly debtorName: string
  /** Our account that it debits: an IBAN or its own number. */
  readonly debtorAccount: string
}

export type ProviderRefusal =
  | { readonly code: 'provider_differs'; readonly provider: string; readonly differs: readonly (keyof Provider)[] }
  | { readonly code: 'name_cannot_be_written'; readonly provider: string; readonly name: string }

/** Registers a provider. The same one again changes nothing. */
export async function registerProvider(
  tx: Transaction,
  provider: Provider,
): Promise<Result<Provider, ProviderRefusal>> {
  for (const name of [provider.name, provider.debtorName]) {
    if (!latinText(name, 140)) return err({ code: 'name_cannot_be_written', provider: provider.code, name })
  }
  const { numAffectedRows } = await sql`
    insert into payments.provider (code, name, kind, bic, debtor_name, debtor_account)
    values (${provider.code}, ${provider.name}, ${provider.kind}, ${provider.bic}, ${provider.debtorName}, ${provider.debtorAccount})
    on conflict do nothing`.execute(tx)
  if (numAffectedRows === 1n) {
    const { code, debtorAccount } = provider
    const subject = { kind: 'payment_provider', id: code }
    const purpose = 'payment: a provider is registered'
    await appendAudit(tx, { action: 'payment_provider.register', subject, purpose, detail: { debtorAccount } })
  }
  const found = (await listProviders(tx)).find(one => one.code === provider.code)
  const terms = ['name', 'kind', 'bic', 'debtorName', 'debtorAccount'] as const
  const differs = terms.filter(term => found?.[term] !== provider[term])
  return differs.length > 0 ? err({ code: 'provider_differs', provider: provider.code, differs }) : ok(provider)
}

export async function listProviders(tx: Transaction): Promise<Provider[]> {
  const { rows } = await sql<Provider>`
    select code, name, kind, bic, debtor_name as "debtorName", debtor_account as "debtorAccount"
    from payments.provider order by code`.execute(tx)
  return rows
}
