import { Button, TextInput } from '@mantine/core'
import { Form, Link, useLoaderData } from 'react-router'
import type { AuditRow } from '../audit-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { auditColumns } from './audit-columns.ts'
import { type AuditAsked, auditAsked, auditQuery } from './audit-request.ts'
import { guarded } from './guard.ts'
import { Heading } from './parts.tsx'
import { Table } from './table.tsx'

const limit = 50

export const loader = guarded('audit.read', async ({ request, context }) => {
  const asked = auditAsked(new URL(request.url))
  const { console: doors } = doorsOf(context)
  const rows = await doors.audit(staffOf(context), { ...asked, limit })
  const waiting = await doors.anomalies(staffOf(context), { open: true, limit: 1 })
  return { asked, rows: inTimeOf(context, rows), waiting: waiting.length > 0 }
})

/** Who did what, to what, when and why: the records that the reader may see, the latest first. */
export default function Audit() {
  const { asked, rows, waiting } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  return (
    <>
      <Heading
        title={t('audit:title')}
        over={<Link to="/console/audit/anomalies">{waiting ? t('audit:someWaiting') : t('audit:anomalies')}</Link>}
      />
      <Filter asked={asked} />
      <Records asked={asked} rows={rows} />
      <Pages asked={asked} rows={rows} />
    </>
  )
}

function Filter({ asked }: { asked: AuditAsked }) {
  const { t } = useSpeech()
  return (
    <Form method="get" className="filter" role="search" aria-label={t('audit:filter.title')}>
      <TextInput name="by" label={t('audit:filter.by')} defaultValue={asked.by} autoComplete="off" />
      <TextInput name="action" label={t('audit:filter.action')} defaultValue={asked.action} autoComplete="off" />
      <TextInput name="subject" label={t('audit:filter.subject')} defaultValue={asked.subject} autoComplete="off" />
      <TextInput type="date" name="from" label={t('audit:filter.from')} defaultValue={asked.from ?? ''} />
      <TextInput type="date" name="to" label={t('audit:filter.to')} defaultValue={asked.to ?? ''} />
      <Button type="submit">{t('audit:filter.submit')}</Button>
    </Form>
  )
}

function Records({ asked, rows }: { asked: AuditAsked; rows: readonly AuditRow[] }) {
  const speech = useSpeech()
  const { t } = speech
  const { before: _before, ...whole } = asked
  return (
    <Table
      caption={t('audit:title')}
      quietCaption
      rows={rows}
      keyOf={row => row.position}
      empty={t('audit:none')}
      csv={`/console/audit.csv${auditQuery(whole)}`}
      columns={auditColumns(speech).map(column => {
        if (column.key === 'at')
          return { ...column, cell: (row: AuditRow) => <span className="one-line">{column.text(row)}</span> }
        if (column.key === 'action')
          return {
            ...column,
            cell: (row: AuditRow) => (
              <code className="one-line" dir="ltr">
                {row.action}
              </code>
            ),
          }
        if (column.key !== 'subject') return column
        return { ...column, cell: (row: AuditRow) => <Subject row={row} text={column.text(row)} /> }
      })}
    />
  )
}

/** What the record is about: a household opens, and so do the other records about the same thing. */
function Subject({ row, text }: { row: AuditRow; text: string }) {
  if (row.subjectId === undefined) return <>{text}</>
  return (
    <Link to={`/console/audit?subject=${encodeURIComponent(row.subjectId)}`}>
      <bdi>
        {row.subjectKind} {row.subjectId.length > 12 ? `…${row.subjectId.slice(-8)}` : row.subjectId}
      </bdi>
    </Link>
  )
}

function Pages({ asked, rows }: { asked: AuditAsked; rows: readonly AuditRow[] }) {
  const { t } = useSpeech()
  const { before, ...first } = asked
  const last = rows.length === limit ? rows.at(-1) : undefined
  if (!before && !last) return null
  return (
    <nav className="pages" aria-label={t('console:pages.label')}>
      {before ? <Link to={`/console/audit${auditQuery(first)}`}>{t('audit:latest')}</Link> : null}
      {last ? (
        <Link to={`/console/audit${auditQuery({ ...first, before: last.position })}`} rel="next">
          {t('audit:earlier')}
        </Link>
      ) : null}
    </nav>
  )
}
