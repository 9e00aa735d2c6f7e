import { err, ok, type Result } from '#kernel'
import { parseAccountNumber } from '../account-number.ts'
import type { PayeeAccountFact } from '../payee-account.ts'
import type { Provider } from '../provider.ts'

/** Where somebody is paid, as the mapper of G2P Connect names it: `account:MA64…@tresor`, `mobile:212600000001@wallet`, `cash:self@poste`. */
export type FinancialAddress = Pick<Provider, 'kind'> & {
  readonly provider: string
  /** In its stored form; '' for cash. */
  readonly number: string
}

export type AddressRefusal =
  | { readonly code: 'address_unreadable' }
  | { readonly code: 'provider_unknown'; readonly provider: string }
  /** The provider carries no such thing: a wallet at a bank. */
  | { readonly code: 'kind_not_of_provider'; readonly kind: string; readonly accepted: string }
  | { readonly code: 'number_wrong' }

const KINDS = { bank: 'account', mobile: 'mobile', cash: 'cash' } as const

/** Reads an address, which is case insensitive, of one of these providers. */
export function parseFinancialAddress(
  text: string,
  providers: readonly Pick<Provider, 'code' | 'kind'>[],
): Result<FinancialAddress, AddressRefusal> {
  const [, said = '', value = '', code = ''] = /^([a-z]+):([a-z0-9+.-]+)@([a-z0-9-]+)$/i.exec(text.trim()) ?? []
  if (code === '') return err({ code: 'address_unreadable' })
  const provider = providers.find(one => one.code === code.toLowerCase())
  if (!provider) return err({ code: 'provider_unknown', provider: code.toLowerCase() })
  const { kind } = provider
  if (said.toLowerCase() !== KINDS[kind])
    return err({ code: 'kind_not_of_provider', kind: said, accepted: KINDS[kind] })
  if (kind === 'cash') {
    return value.toLowerCase() === 'self'
      ? ok({ kind, provider: provider.code, number: '' })
      : err({ code: 'number_wrong' })
  }
  const number = parseAccountNumber(kind, kind === 'mobile' ? `+${value.replace(/^\+/, '')}` : value)
  if (!number.ok || number.value === null) return err({ code: 'number_wrong' })
  return ok({ kind, provider: provider.code, number: number.value })
}

/** The address as it is answered. */
export function financialAddress({ kind, provider, number }: FinancialAddress): string {
  return `${KINDS[kind]}:${kind === 'cash' ? 'self' : number.replace('+', '')}@${provider}`
}

/** The address of an account; undefined for one that is closed. */
export function addressOfAccount(account: PayeeAccountFact | undefined): FinancialAddress | undefined {
  if (!account || account.kind === 'closed' || account.provider === null) return undefined
  return { kind: account.kind, provider: account.provider, number: account.number ?? '' }
}
