import type { JournalRow } from '../books-door.ts'
import type { Speech } from '../speech.ts'
import type { Column } from './column.ts'

/** Columns of the journal, on the page as in the file. */
export function journalColumns({ t, say, format }: Speech): readonly Column<JournalRow>[] {
  return [
    { key: 'at', label: t('books:ledger.when'), text: row => format.instant(row.at) },
    { key: 'kind', label: t('books:ledger.movement'), text: row => t(`books:route.${row.kind}`) },
    { key: 'line', label: t('console:run.budgetLine'), text: row => row.budgetLine },
    { key: 'debit', label: t('books:ledger.debited'), text: row => t(`books:account.${row.debit}`) },
    { key: 'credit', label: t('books:ledger.credited'), text: row => t(`books:account.${row.credit}`) },
    { key: 'purpose', label: t('console:column.programme'), text: row => (row.purpose ? say(row.purpose) : '–') },
    { key: 'provider', label: t('console:column.provider'), text: row => row.provider ?? '–' },
    { key: 'amount', label: t('console:column.amount'), numeric: true, text: row => format.money(row.amount) },
    { key: 'reference', label: t('console:column.reference'), text: row => row.reference ?? '–' },
    { key: 'id', label: t('books:ledger.transfer'), text: row => row.id },
  ]
}
