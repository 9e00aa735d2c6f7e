import type { AcceptedShown, RejectLine } from '../feed-door.ts'
import type { Speech } from '../speech.ts'
import type { Column } from './column.ts'

/** Rows that did not go in: the same on the page and in the file that goes back to whoever sent them. */
export function rejectColumns(speech: Speech): readonly Column<RejectLine>[] {
  const { t, say, format } = speech
  return [
    { key: 'row', label: t('feeds:row'), numeric: true, text: row => format.number(row.row) },
    {
      key: 'column',
      label: t('feeds:field.column'),
      text: row => (row.fact ? `${row.column} (${say(row.fact)})` : row.column),
    },
    { key: 'why', label: t('feeds:why'), text: row => t(`feeds:reject.${row.code}`) },
    { key: 'accepted', label: t('feeds:accepted'), text: row => acceptedText(row.accepted, speech) },
  ]
}

function acceptedText({ kind, codes }: AcceptedShown, { t, say, language }: Speech): string {
  const list = codes.map(({ code, label }) => `${code} (${say(label)})`).join(language === 'ar' ? '، ' : ', ')
  return t(`feeds:takes.${kind}`, { list })
}
