import type { AuditRow } from '../audit-door.ts'
import type { Speech } from '../speech.ts'
import type { Column } from './column.ts'
import { placeText } from './names.ts'

/** Columns of the audit, on the page as in the file. */
export function auditColumns(speech: Speech): readonly Column<AuditRow>[] {
  const { t, format } = speech
  return [
    { key: 'position', label: t('audit:column.position'), numeric: true, text: row => row.position },
    { key: 'at', label: t('audit:column.at'), text: row => format.instant(row.at) },
    { key: 'by', label: t('audit:column.by'), text: row => row.by || row.actor },
    { key: 'action', label: t('audit:column.action'), text: row => row.action },
    {
      key: 'subject',
      label: t('audit:column.subject'),
      text: row =>
        row.subjectId ??
        (row.rows === undefined ? '–' : t('audit:rows', { count: row.rows, number: format.number(row.rows) })),
    },
    { key: 'territory', label: t('console:column.territory'), text: row => placeText(row.territory, speech) },
    {
      key: 'purpose',
      label: t('audit:column.purpose'),
      text: row => (row.purpose ? t(`console:purpose.${row.purpose}`) : row.screen),
    },
  ]
}
