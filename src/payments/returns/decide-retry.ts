import { err, ok, type Result } from '#kernel'
import { actionOf, isOfThePayee } from './reason-codes.ts'

/** What is known of an entitlement whose last payment came back. */
export type ReturnFacts = {
  /** Why it came back: a code of ISO 20022, or the provider's own where nothing says what that means. */
  readonly code: string
  /** How often it came back, this time included. */
  readonly returns: number
  /** The account in force is another than the one that was used. */
  readonly accountChanged: boolean
  /** Another person receives now, at an account that a second person verified or that has no number (cash). */
  readonly payeeChanged: boolean
  /** Somebody said since that it was paid after all. */
  readonly doubtful: boolean
  /** What a person decided since. */
  readonly decided: 'pay' | 'stop' | null
}

/** Why it is tried again. */
export type RetryReason = 'decided' | 'payee_changed' | 'account_changed' | 'retry'

/** Why it waits, in order of precedence. */
export type RetryRefusal =
  | { readonly code: 'returned_doubt' }
  | { readonly code: 'decided_stop' }
  | { readonly code: 'returned_stop' }
  | { readonly code: 'returned_look' }
  | { readonly code: 'returned_fix' }
  | { readonly code: 'returned_retries'; readonly returns: number; readonly most: number }

/**
 * May a payment that came back be tried again, without anybody asking more than `retriesMost` times? A doubt comes first: money
 * that may have arrived is not sent a second time. Then what a person decided, then what the code says.
 */
export function decideRetry(
  facts: ReturnFacts,
  { retriesMost }: { readonly retriesMost: number },
): Result<RetryReason, RetryRefusal> {
  if (facts.doubtful) return err({ code: 'returned_doubt' })
  if (facts.decided === 'stop') return err({ code: 'decided_stop' })
  if (facts.decided === 'pay') return ok('decided')
  if (isOfThePayee(facts.code) && facts.payeeChanged) return ok('payee_changed')
  const action = actionOf(facts.code)
  if (action === 'stop' || action === 'look') return err({ code: `returned_${action}` })
  if (facts.accountChanged) return ok('account_changed')
  if (action === 'fix') return err({ code: 'returned_fix' })
  if (facts.returns <= retriesMost) return ok('retry')
  return err({ code: 'returned_retries', returns: facts.returns, most: retriesMost })
}
