import { type Currency, money, moneyText } from '#kernel'
import { latinText } from '../../iso20022/latin.ts'
import type { CreditTransfer, PaymentGroup } from '../../iso20022/pain001.ts'
import type { ProviderOrders } from '../provider-port.ts'
import type { CsvMapping, OrderValue } from './csv-mapping.ts'

/**
 * Writes the orders of one provider as CSV by its mapping, piece by piece. A file whose lines do not add up to what was approved
 * throws before its last piece.
 */
export async function* writeCsvOrders(mapping: CsvMapping['orders'], orders: ProviderOrders): AsyncGenerator<string> {
  const { columns, separator } = mapping
  const { group, currency } = orders
  if (mapping.titles)
    yield line(
      columns.map(column => column.header),
      separator,
    )
  let count = 0
  let total = 0n
  for await (const transfers of group.transfers) {
    let piece = ''
    for (const transfer of transfers) {
      const cells = columns.map(column =>
        'text' in column ? column.text : cellOf(column.value, transfer, orders, mapping.decimal),
      )
      piece += line(cells, separator)
      count++
      total += transfer.amount
    }
    yield piece
  }
  mustAddUp(group, count, total, currency)
}

function cellOf(
  value: OrderValue,
  transfer: CreditTransfer,
  { reference, currency, group }: ProviderOrders,
  decimal: '.' | ',',
): string {
  switch (value) {
    case 'end_to_end_id':
      return transfer.endToEndId
    case 'amount':
      return moneyText(money(transfer.amount, currency)).replace('.', decimal)
    case 'amount_minor':
      return String(transfer.amount)
    case 'currency':
      return currency
    case 'creditor':
      return plain(transfer.creditor)
    case 'account':
      return accountOf(transfer.account)
    case 'account_kind':
      return transfer.account.kind
    case 'remittance':
      return plain(transfer.remittance)
    case 'execution_date':
      return group.executionDate
    case 'run':
      return reference
    case 'debtor_account':
      return group.debtorAccount
  }
}

function accountOf(account: CreditTransfer['account']): string {
  switch (account.kind) {
    case 'bank':
      return account.iban
    case 'mobile':
      return account.msisdn
    case 'cash':
      return account.reference
  }
}

/** As in ISO files, and with no sign in front that a spreadsheet would take for a formula. */
function plain(text: string): string {
  const written = latinText(text, 140)?.replace(/^[-+]+/, '')
  if (!written) throw new Error(`“${text}” cannot be written in Latin characters`)
  return written
}

/** RFC 4180, with the separator of the mapping. */
function line(cells: readonly string[], separator: string): string {
  const quoted = cells.map(cell =>
    /["\r\n]/.test(cell) || cell.includes(separator) ? `"${cell.replaceAll('"', '""')}"` : cell,
  )
  return `${quoted.join(separator)}\r\n`
}

function mustAddUp(group: PaymentGroup, count: number, total: bigint, currency: Currency): void {
  if (count === group.count && total === group.total.minor) return
  const told = `${group.count} of ${moneyText(group.total)}`
  throw new Error(
    `orders ${group.id}: ${count} lines of ${moneyText(money(total, currency))} were written, ${told} approved`,
  )
}
