import type { Transaction } from '#db'
import { type DateText, err, ok, parseDate, type Result } from '#kernel'
import { appendAudit } from '#security'
import { type VerificationMeans, type VerifyingRefusal, verificationMeans, verifyAccount } from './account-history.ts'
import { parseAccountNumber } from './account-number.ts'
import {
  type PayeeAccount,
  type PayeeAccountId,
  type PayeeAccountRefusal,
  payeeAccountsOf,
  recordPayeeAccounts,
} from './payee-account.ts'
import { listProviders } from './provider.ts'

/** Furthest day from which an account may be used. */
const LATEST_DAYS = 366

/** Who is paid, and where that person lives: who may see the account. */
export type Payee = { readonly id: string; readonly territory: string }

/** An account as somebody says it, on a page or at the terminal. */
export type SaidAccount = {
  readonly id: PayeeAccountId
  /** Code of who carries the money there, or `closed`: from that day nothing is sent. */
  readonly provider: string
  /** As typed. */
  readonly number: string
  readonly from: string
}

export type SaidAccountRefusal =
  | Exclude<PayeeAccountRefusal, { readonly code: 'provider_missing' | 'provider_not_needed' }>
  | { readonly code: 'provider_unknown' }
  | { readonly code: 'day_malformed' }
  | { readonly code: 'day_past' }
  | { readonly code: 'day_too_far' }
  /** It is the account that is, or will be, in force on that day. */
  | { readonly code: 'nothing_changes' }

/** Records where somebody is paid from a day on. The same id again changes nothing. */
export async function sayAccount(
  tx: Transaction,
  { id: payeeId, territory }: Payee,
  said: SaidAccount,
  today: DateText,
): Promise<Result<undefined, SaidAccountRefusal>> {
  const provider = (await listProviders(tx)).find(each => each.code === said.provider)
  if (!provider && said.provider !== 'closed') return err({ code: 'provider_unknown' })
  const kind = provider?.kind ?? 'closed'
  const number = parseAccountNumber(kind, said.number)
  if (!number.ok) return err({ account: said.id, ...number.refusal })
  const validFrom = parseDate(said.from)
  if (validFrom === undefined) return err({ code: 'day_malformed' })
  if (validFrom < today) return err({ code: 'day_past' })
  const last = Temporal.PlainDate.from(today).add({ days: LATEST_DAYS }).toString()
  if (validFrom > last) return err({ code: 'day_too_far' })
  const account = { id: said.id, payeeId, territory, kind, provider: provider?.code ?? null } as const
  const earlier = await payeeAccountsOf(tx, [payeeId], validFrom)
  // Sent twice, it is one account.
  if (earlier.some(each => each.id === said.id)) return ok(undefined)
  const stands = earlier.find(each => each.inForce)
  const same = stands?.kind === kind && stands.provider === account.provider && stands.number === number.value
  if (same) return err({ code: 'nothing_changes' })
  const made: PayeeAccount = { ...account, number: said.number, validFrom }
  const recorded = await recordPayeeAccounts(tx, [made])
  if (recorded.ok) {
    await appendAudit(tx, {
      action: 'payee_account.change',
      subject: { kind: 'person', id: payeeId },
      territory,
      purpose: 'payment: payees say where they are paid',
      detail: { account: said.id, kind, provider: provider?.code ?? null, from: validFrom },
    })
    return ok(undefined)
  }
  const { refusal } = recorded
  if (refusal.code === 'provider_missing' || refusal.code === 'provider_not_needed')
    throw new Error(`account ${said.id}: ${refusal.code} of ${said.provider}`)
  return err(refusal)
}

export type SeenAccountRefusal = VerifyingRefusal | { readonly code: 'means_unknown' }

/** Says of an account of somebody that a second person saw that it is theirs, and by what. */
export async function seeAccount(
  tx: Transaction,
  { id }: Payee,
  { account, means: said }: { readonly account: string; readonly means: string },
  today: DateText,
): Promise<Result<undefined, SeenAccountRefusal>> {
  const means: VerificationMeans | undefined = verificationMeans.find(each => each === said)
  if (means === undefined) return err({ code: 'means_unknown' })
  const own = (await payeeAccountsOf(tx, [id], today)).some(each => each.id === account)
  if (!own) return err({ code: 'account_unknown', account })
  const verified = await verifyAccount(tx, { account, means })
  return verified.ok ? ok(undefined) : verified
}
