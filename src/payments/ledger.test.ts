import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#kernel'
import {
  type Books,
  decideTransfers,
  keyText,
  type TransferId,
  type TransferRefusal,
  type TransferRequest,
} from './ledger.ts'

const line = 'ASD-2026'
const [first, second, third] = [newId<'transfer'>(), newId<'transfer'>(), newId<'transfer'>()]
const give = (amount: bigint, id: TransferId = first): TransferRequest => ({
  id,
  kind: 'give',
  budgetLine: line,
  amount,
})
const commit = (amount: bigint, id: TransferId = second): TransferRequest => ({
  id,
  kind: 'commit',
  budgetLine: line,
  purpose: 'ma/asd',
  amount,
})
const send = (amount: bigint, provider = 'tresor', id: TransferId = third): TransferRequest => ({
  id,
  kind: 'send',
  budgetLine: line,
  purpose: 'ma/asd',
  provider,
  amount,
})
const free = { budgetLine: line, kind: 'budget_line', purpose: null, provider: null } as const
const committed = { budgetLine: line, kind: 'commitment', purpose: 'ma/asd', provider: null } as const

function books(holds: { free?: bigint; committed?: bigint; earlier?: readonly TransferRequest[] } = {}): Books {
  return {
    budgetLines: new Set([line]),
    providers: new Set(['tresor']),
    earlier: new Map((holds.earlier ?? []).map(one => [one.id, one])),
    available: new Map([
      [keyText(free), holds.free ?? 0n],
      [keyText(committed), holds.committed ?? 0n],
    ]),
  }
}

type Case = { name: string; requests: TransferRequest[]; books: Books; refusal: TransferRefusal }
const refused: Record<TransferRefusal['code'], readonly Case[]> = {
  exists_with_different_terms: [
    {
      name: 'one id cannot mean two movements',
      requests: [give(2n)],
      books: books({ earlier: [give(500n)] }),
      refusal: { code: 'exists_with_different_terms', transfer: first, differs: ['amount'] },
    },
    {
      name: 'nor within one list; every term that differs is named, and this comes before any other refusal',
      requests: [give(5n), { ...send(0n, 'unknown'), id: first }],
      books: books(),
      refusal: {
        code: 'exists_with_different_terms',
        transfer: first,
        differs: ['kind', 'purpose', 'provider', 'amount'],
      },
    },
  ],
  amount_not_positive: [
    {
      name: 'nothing cannot move, wherever it would go',
      requests: [{ ...give(0n), budgetLine: 'NOWHERE' }],
      books: books(),
      refusal: { code: 'amount_not_positive', transfer: first, amount: 0n },
    },
    {
      name: 'a negative amount is the opposite movement, to be asked as such',
      requests: [give(-1n)],
      books: books(),
      refusal: { code: 'amount_not_positive', transfer: first, amount: -1n },
    },
  ],
  budget_line_unknown: [
    {
      name: 'a line must be open, before its provider matters',
      requests: [{ ...send(1n, 'unknown'), budgetLine: 'NOWHERE' }],
      books: books(),
      refusal: { code: 'budget_line_unknown', budgetLine: 'NOWHERE' },
    },
  ],
  provider_unknown: [
    {
      name: 'a provider must be registered, before the balance matters',
      requests: [send(1n, 'unknown')],
      books: books(),
      refusal: { code: 'provider_unknown', provider: 'unknown' },
    },
  ],
  exceeds_available: [
    {
      name: 'a line cannot commit more than it holds',
      requests: [commit(501n)],
      books: books({ free: 500n }),
      refusal: { code: 'exceeds_available', account: free, available: 500n, asked: 501n },
    },
    {
      name: 'nor twice the same money in one list',
      requests: [commit(300n), commit(201n, third)],
      books: books({ free: 500n }),
      refusal: { code: 'exceeds_available', account: free, available: 200n, asked: 201n },
    },
    {
      name: 'what was not committed cannot be sent',
      requests: [send(1n)],
      books: books({ free: 500n }),
      refusal: { code: 'exceeds_available', account: committed, available: 0n, asked: 1n },
    },
  ],
}
for (const [code, cases] of Object.entries(refused)) {
  for (const { name, requests, books, refusal } of cases) {
    test(`${code}: ${name}`, () => assert.deepEqual(decideTransfers(requests, books), { ok: false, refusal }))
  }
}

test('a funder gives without limit; what is given may be committed and sent in the same list', () => {
  const requests = [give(500n), commit(500n), send(500n)]
  assert.deepEqual(decideTransfers(requests, books()), { ok: true, value: requests })
})

test('what was posted before is left out, and its money is not counted twice', () => {
  const before = commit(400n)
  assert.deepEqual(decideTransfers([before, before], books({ free: 100n, earlier: [before] })), { ok: true, value: [] })
})
