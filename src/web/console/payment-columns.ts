import type { InstructionRow, PaymentRunRow } from '../payment-door.ts'
import type { Speech } from '../speech.ts'
import type { Column } from './column.ts'
import { placeText } from './names.ts'

/** Columns of the list of payment runs, on the page as in the file. */
export function paymentColumns({ t, say, format }: Speech): readonly Column<PaymentRunRow>[] {
  return [
    { key: 'reference', label: t('console:column.reference'), text: run => run.reference },
    { key: 'label', label: t('console:column.label'), text: run => say(run.label) },
    { key: 'period', label: t('console:column.period'), text: run => periodText(run.period, format) },
    { key: 'state', label: t('console:column.state'), text: run => t(`console:runState.${run.state}`) },
    {
      key: 'instructions',
      label: t('console:column.instructions'),
      numeric: true,
      text: run => format.number(run.instructions),
    },
    { key: 'amount', label: t('console:column.amount'), numeric: true, text: run => format.money(run.amount) },
    { key: 'at', label: t('console:column.draftedAt'), text: run => format.instant(run.draftedAt) },
    { key: 'by', label: t('console:column.draftedBy'), text: run => run.draftedBy },
  ]
}

/** Columns of the instructions of a run. */
export function instructionColumns(speech: Speech): readonly Column<InstructionRow>[] {
  const { t, format } = speech
  return [
    { key: 'id', label: t('console:column.endToEndId'), text: row => row.endToEndId },
    { key: 'payee', label: t('console:column.payee'), text: row => row.payeeName },
    { key: 'territory', label: t('console:column.territory'), text: row => placeText(row.territory, speech) },
    { key: 'provider', label: t('console:column.provider'), text: row => row.provider },
    { key: 'account', label: t('console:column.account'), text: row => (row.accountEnd ? `…${row.accountEnd}` : '–') },
    { key: 'amount', label: t('console:column.amount'), numeric: true, text: row => format.money(row.amount) },
  ]
}

/** A period is a month wherever it is written as one. */
export function periodText(period: string, format: Speech['format']): string {
  return /^\d{4}-\d{2}$/.test(period) ? format.month(period) : period
}
