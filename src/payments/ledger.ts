import { err, type Id, ok, type Result } from '#kernel'

export type TransferId = Id<'transfer'>

/** What an account of a book holds; the sentences are in the comments of `payments.account`. */
export type LedgerAccountKind =
  | 'funder'
  | 'budget_line'
  | 'commitment'
  | 'provider'
  | 'recipients'
  | 'returned'
  | 'overpaid'
  | 'written_off'

/** An account by what it is for. All accounts of one budget line form one book, in one currency. */
export type AccountKey = {
  readonly budgetLine: string
  readonly kind: LedgerAccountKind
  /** What the money is for, as the caller names it; null for funder and budget line. */
  readonly purpose: string | null
  /** Who carries it; provider accounts only. */
  readonly provider: string | null
}

/** The only ways money moves. `payments.route` holds the same list, and the database refuses any other. */
export const routes = {
  give: { debit: 'funder', credit: 'budget_line' },
  withdraw: { debit: 'budget_line', credit: 'funder' },
  commit: { debit: 'budget_line', credit: 'commitment' },
  release: { debit: 'commitment', credit: 'budget_line' },
  send: { debit: 'commitment', credit: 'provider' },
  confirm: { debit: 'provider', credit: 'recipients' },
  return: { debit: 'provider', credit: 'returned' },
  reverse: { debit: 'recipients', credit: 'returned' },
  recommit: { debit: 'returned', credit: 'commitment' },
  restore: { debit: 'returned', credit: 'budget_line' },
  overpay: { debit: 'recipients', credit: 'overpaid' },
  recover: { debit: 'overpaid', credit: 'recipients' },
  refund: { debit: 'overpaid', credit: 'budget_line' },
  write_off: { debit: 'overpaid', credit: 'written_off' },
} as const satisfies Record<string, { debit: LedgerAccountKind; credit: LedgerAccountKind }>
export type TransferKind = keyof typeof routes

export type TransferRequest = {
  /** Made by the caller and kept for retries: the same id posts once. */
  readonly id: TransferId
  readonly kind: TransferKind
  readonly budgetLine: string
  /** Left out for `give` and `withdraw`. */
  readonly purpose?: string
  /** For `send`, `confirm` and `return`. */
  readonly provider?: string
  /** Minor units of the budget line's currency. */
  readonly amount: bigint
  readonly reason?: string
}

/** Refusals of a transfer, in order of precedence: the first that applies is the one named. */
export type TransferRefusal =
  | {
      readonly code: 'exists_with_different_terms'
      readonly transfer: TransferId
      readonly differs: readonly ('kind' | 'budgetLine' | 'purpose' | 'provider' | 'amount')[]
    }
  | { readonly code: 'amount_not_positive'; readonly transfer: TransferId; readonly amount: bigint }
  | { readonly code: 'budget_line_unknown'; readonly budgetLine: string }
  | { readonly code: 'provider_unknown'; readonly provider: string }
  | {
      readonly code: 'exceeds_available'
      readonly account: AccountKey
      readonly available: bigint
      readonly asked: bigint
    }

/** What is known when a transfer is decided. Balances are read under the accounts' locks. */
export type Books = {
  readonly budgetLines: ReadonlySet<string>
  readonly providers: ReadonlySet<string>
  readonly earlier: ReadonlyMap<TransferId, TransferRequest>
  /** What each account can still give, by {@link keyText}; an account not opened yet can give nothing. */
  readonly available: ReadonlyMap<string, bigint>
}

/** The two accounts that a request moves money between: the route, with the request's purpose and provider. */
export function accountsOf(request: TransferRequest): { debit: AccountKey; credit: AccountKey } {
  const side = (kind: LedgerAccountKind): AccountKey => ({
    budgetLine: request.budgetLine,
    kind,
    purpose: kind === 'funder' || kind === 'budget_line' ? null : (request.purpose ?? null),
    provider: kind === 'provider' ? (request.provider ?? null) : null,
  })
  const route = routes[request.kind]
  return { debit: side(route.debit), credit: side(route.credit) }
}

/** One text per account, for maps. */
export function keyText(key: AccountKey): string {
  return JSON.stringify([key.budgetLine, key.kind, key.purpose, key.provider])
}

/**
 * Decides a list of transfers that stand or fall together, in order: each sees what those before it moved. Answers those
 * still to post; an id that was posted with the same terms is left out, so that a retry changes nothing.
 */
export function decideTransfers(
  requests: readonly TransferRequest[],
  books: Books,
): Result<readonly TransferRequest[], TransferRefusal> {
  const available = new Map(books.available)
  const known = new Map(books.earlier)
  const fresh: TransferRequest[] = []
  for (const request of requests) {
    const refusal = refusalOf(request, books, known.get(request.id), available)
    if (refusal) return err(refusal)
    if (known.has(request.id)) continue
    known.set(request.id, request)
    fresh.push(request)
    const { debit, credit } = accountsOf(request)
    available.set(keyText(debit), (available.get(keyText(debit)) ?? 0n) - request.amount)
    available.set(keyText(credit), (available.get(keyText(credit)) ?? 0n) + request.amount)
  }
  return ok(fresh)
}

function refusalOf(
  request: TransferRequest,
  books: Books,
  earlier: TransferRequest | undefined,
  available: ReadonlyMap<string, bigint>,
): TransferRefusal | undefined {
  if (earlier) {
    const terms = ['kind', 'budgetLine', 'purpose', 'provider', 'amount'] as const
    const differs = terms.filter(term => earlier[term] !== request[term])
    return differs.length > 0 ? { code: 'exists_with_different_terms', transfer: request.id, differs } : undefined
  }
  if (request.amount <= 0n) return { code: 'amount_not_positive', transfer: request.id, amount: request.amount }
  if (!books.budgetLines.has(request.budgetLine)) return { code: 'budget_line_unknown', budgetLine: request.budgetLine }
  const { debit, credit } = accountsOf(request)
  const provider = debit.provider ?? credit.provider
  if (provider !== null && !books.providers.has(provider)) return { code: 'provider_unknown', provider }
  // The funder is the source: what it may give is its own affair.
  const there = available.get(keyText(debit)) ?? 0n
  if (debit.kind !== 'funder' && there < request.amount) {
    return { code: 'exceeds_available', account: debit, available: there, asked: request.amount }
  }
  return undefined
}
