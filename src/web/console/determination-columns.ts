import type { DeterminationRow } from '../context.ts'
import type { Speech } from '../speech.ts'
import type { Column } from './column.ts'

/** Columns of the list of determinations, on the page as in the file. */
export function determinationColumns({ t, say, format }: Speech): readonly Column<DeterminationRow>[] {
  return [
    { key: 'name', label: t('console:column.programme'), text: row => say(row.name) },
    { key: 'month', label: t('console:column.month'), text: row => format.month(row.month) },
    { key: 'at', label: t('console:column.decidedAt'), text: row => format.instant(row.askedAt) },
    {
      key: 'households',
      label: t('console:column.households'),
      numeric: true,
      text: row => format.number(row.households),
    },
    {
      key: 'eligible',
      label: t('console:column.eligible'),
      numeric: true,
      text: row => (row.isScore ? '–' : format.number(row.eligible)),
    },
    {
      key: 'share',
      label: t('console:column.share'),
      numeric: true,
      text: row => (row.isScore ? '–' : shareText(row, format)),
    },
    {
      key: 'undetermined',
      label: t('console:column.undetermined'),
      numeric: true,
      text: row => format.number(row.undetermined),
    },
    {
      key: 'amount',
      label: t('console:column.amount'),
      numeric: true,
      text: row => (row.amount ? format.money(row.amount) : '–'),
    },
  ]
}

/** Eligible households among those decided, as a percentage. */
export function shareText(
  { eligible, households }: { readonly eligible: number; readonly households: number },
  format: Speech['format'],
): string {
  return households === 0 ? '–' : format.percent(eligible / households)
}
