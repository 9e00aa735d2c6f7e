import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decideMapping, type MappingAct } from './decide-mapping.ts'
import { type FinancialAddress, financialAddress, parseFinancialAddress } from './financial-address.ts'

const providers = [
  { code: 'tresor', kind: 'bank' },
  { code: 'wallet', kind: 'mobile' },
  { code: 'poste', kind: 'cash' },
] as const

const ADDRESSES: readonly [text: string, answer: string][] = [
  ['account:MA64011519000001205000534921@tresor', 'account:MA64011519000001205000534921@tresor'],
  ['ACCOUNT:011519000001205000534921@TRESOR', 'account:MA64011519000001205000534921@tresor'],
  ['mobile:212600000001@wallet', 'mobile:212600000001@wallet'],
  ['mobile:+212600000001@wallet', 'mobile:212600000001@wallet'],
  ['cash:self@poste', 'cash:self@poste'],
  ['cash:somebody@poste', 'number_wrong'],
  ['mobile:0600@wallet', 'number_wrong'],
  ['account:MA64011519000001205000534922@tresor', 'number_wrong'],
  ['mobile:212600000001@tresor', 'kind_not_of_provider'],
  ['mobile:212600000001@nobody', 'provider_unknown'],
  ['212600000001@wallet', 'address_unreadable'],
  ['mobile:212600000001', 'address_unreadable'],
  ['', 'address_unreadable'],
]

test('an address is read in one form, or refused with the reason', () => {
  for (const [text, answer] of ADDRESSES) {
    const read = parseFinancialAddress(text, providers)
    assert.equal(read.ok ? financialAddress(read.value) : read.refusal.code, answer, text)
  }
})

const a: FinancialAddress = { kind: 'mobile', provider: 'wallet', number: '+212600000001' }
const b: FinancialAddress = { kind: 'mobile', provider: 'wallet', number: '+212600000002' }

const ACTS: readonly [
  act: MappingAct,
  asked: FinancialAddress | undefined,
  now: FinancialAddress | undefined,
  is: string,
][] = [
  ['link', a, undefined, 'record'],
  ['link', a, a, 'already'],
  ['link', a, b, 'linked_to_another'],
  ['update', a, b, 'record'],
  ['update', a, a, 'already'],
  ['update', a, undefined, 'not_linked'],
  ['unlink', undefined, a, 'close'],
  ['unlink', a, a, 'close'],
  ['unlink', b, a, 'linked_to_another'],
  ['unlink', a, undefined, 'already'],
]

test('a link is made once, moved by an update, and ended for the address that it has', () => {
  for (const [act, asked, now, is] of ACTS) {
    const decided = decideMapping(act, asked, now)
    assert.equal(decided.ok ? decided.value : decided.refusal.code, is, `${act} ${asked?.number} at ${now?.number}`)
  }
})
