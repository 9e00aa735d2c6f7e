import { Button, TextInput } from '@mantine/core'
import { Form, Link, useLoaderData } from 'react-router'
import { parseDate, parseId } from '#kernel'
import { accessOf, doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { DocumentLine, PersonFile, StateLine } from '../person-file.ts'
import { useSpeech } from '../speech-context.tsx'
import { detailText } from './detail-text.ts'
import { SettledTable } from './duplicates-settled.tsx'
import { guarded } from './guard.ts'
import { useMay } from './may.ts'
import { nameText, placeText } from './names.ts'
import { Heading, Section } from './parts.tsx'
import { Table } from './table.tsx'

export const loader = guarded('household.read', async ({ params, request, context }) => {
  const id = parseId<'Person'>(params.id ?? '')
  const asked = new URL(request.url).searchParams.get('day') ?? ''
  const day = parseDate(asked)
  const found = id && (await doorsOf(context).console.person(staffOf(context), id, day))
  if (!found) throw new Response(null, { status: 404 })
  if (found === 'not_yet_known')
    return { id, day: asked, file: undefined, malformed: false, settled: [], registered: false }
  const malformed = asked !== '' && day === undefined
  const settles = accessOf(context).permissions.includes('duplicate.settle')
  const settled = settles ? inTimeOf(context, await doorsOf(context).console.settledOf(staffOf(context), id)) : []
  const registered = new URL(request.url).searchParams.has('registered')
  return { id, day: day ?? '', file: inTimeOf(context, found), malformed, settled, registered }
})

/** All that the register knows of a person, now or on any day before: details, documents, number, households, changes. */
export default function Person() {
  const { id, day, file, malformed, settled, registered } = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t, format } = speech
  const may = useMay()
  return (
    <>
      <Heading
        title={file ? nameText(file.name, speech) : t('person:title')}
        over={file ? <Over file={file} /> : undefined}
        aside={
          day ? undefined : (
            <>
              {may('person.correct') ? (
                <Link to={`/console/persons/${id}/edit`}>{t('registration:edit.title')}</Link>
              ) : null}{' '}
              {may('payment.read') ? <Link to={`/console/persons/${id}/accounts`}>{t('payee:link')}</Link> : null}
            </>
          )
        }
      />
      {registered ? (
        <p className="notice-line" role="status">
          {t('registration:desk.registered')}
        </p>
      ) : null}
      {file?.day ? <p className="notice-line">{t('person:asOf', { date: format.date(file.day) })}</p> : null}
      {file ? null : <p className="notice-line">{t('person:notYet', { date: format.date(day) })}</p>}
      {malformed ? (
        <p className="notice-line" role="alert">
          {t('person:dayMalformed')}
        </p>
      ) : null}
      {file ? (
        <div className="columns wide-first">
          <div>
            <Details rows={file.details} />
            <Documents rows={file.documents} />
          </div>
          <div>
            <Households rows={file.households} />
            <States rows={file.states} />
          </div>
        </div>
      ) : null}
      {settled.length > 0 ? (
        <Section title={t('duplicates:settled.ofPerson')}>
          <SettledTable rows={settled} />
        </Section>
      ) : null}
      <Section title={t('person:day')}>
        <Form method="get" className="narrow stack" action={`/console/persons/${id}`}>
          <TextInput type="date" name="day" label={t('person:dayLabel')} defaultValue={day} />
          <div>
            <Button type="submit" variant="default">
              {t('person:dayShow')}
            </Button>{' '}
            {day ? <Link to={`/console/persons/${id}`}>{t('person:now')}</Link> : null}
          </div>
        </Form>
      </Section>
    </>
  )
}

const tones = { active: 'good', absent: 'doubt', deceased: 'plain', merged: 'doubt' } as const

function Over({ file }: { file: PersonFile }) {
  const speech = useSpeech()
  const { t, format } = speech
  const { status } = file
  return (
    <>
      {file.number ? (
        <>
          {t('console:column.uniqueNumber')} <bdi className="number">{file.number}</bdi> ·{' '}
        </>
      ) : null}
      {placeText(file.territory, speech)}{' '}
      <span className={`badge ${tones[status.is]}`}>{t(`person:status.${status.is}`)}</span>{' '}
      {status.is === 'active' ? null : t('person:since', { date: format.date(status.since.slice(0, 10)) })}
      {status.is === 'merged' ? (
        <>
          {' '}
          <Link to={`/console/persons/${status.into}`}>{t('person:mergedInto')}</Link>
        </>
      ) : null}
      {file.modelled ? <span className="modelled">{t('console:modelled')}</span> : null}
    </>
  )
}

function Details({ rows }: { rows: PersonFile['details'] }) {
  const speech = useSpeech()
  const { t } = speech
  return (
    <Section title={t('person:details')}>
      {rows.length === 0 ? <p className="empty">{t('person:noDetail')}</p> : null}
      <dl className="pairs">
        {rows.map(({ field, value }) => (
          <div key={field} className="pair">
            <dt>{t(`person:field.${field}`)}</dt>
            <dd>
              {value.kind === 'person' ? (
                <Link to={`/console/persons/${value.id}`}>
                  {value.name ? nameText(value.name, speech) : t('person:elsewhere')}
                </Link>
              ) : (
                <bdi lang={field.endsWith('Ar') ? 'ar' : undefined}>{detailText(value, speech)}</bdi>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}

function Documents({ rows }: { rows: readonly DocumentLine[] }) {
  const { t, format } = useSpeech()
  return (
    <Section title={t('person:documents')}>
      <Table
        caption={t('person:documents')}
        quietCaption
        rows={rows}
        keyOf={row => row.id}
        empty={t('person:noDocument')}
        columns={[
          { key: 'type', label: t('person:document.kind'), text: row => t(`person:document.type.${row.type}`) },
          {
            key: 'number',
            label: t('person:document.number'),
            text: row => row.number,
            cell: row => <bdi className="number">{row.number}</bdi>,
          },
          { key: 'issuer', label: t('person:document.issuer'), text: row => row.issuer ?? '–' },
          {
            key: 'issued',
            label: t('person:document.issuedOn'),
            text: row => (row.issuedOn ? format.date(row.issuedOn) : '–'),
          },
          {
            key: 'expires',
            label: t('person:document.expiresOn'),
            text: row => (row.expiresOn ? format.date(row.expiresOn) : '–'),
          },
          {
            key: 'state',
            label: t('console:column.state'),
            text: row =>
              row.withdrawn ? t('person:document.withdrawn', { reason: row.withdrawn }) : t('person:document.stands'),
          },
        ]}
      />
    </Section>
  )
}

function Households({ rows }: { rows: PersonFile['households'] }) {
  const { t } = useSpeech()
  return (
    <Section title={t('person:households')}>
      {rows.length === 0 ? <p className="empty">{t('person:noHousehold')}</p> : null}
      <ul>
        {rows.map(row => (
          <li key={row.id}>
            <Link to={`/console/households/${row.id}`}>
              <bdi>{row.sourceId}</bdi>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** Every recorded change, the latest first. */
function States({ rows }: { rows: readonly StateLine[] }) {
  const { t, format } = useSpeech()
  return (
    <Section title={t('person:history')}>
      <ol className="journey">
        {rows.map((row, index) => (
          <li key={index}>
            <p className="when">
              <span className="kind">{row.first ? t('person:recorded') : t('person:changed')}</span>{' '}
              <time>{format.instant(row.at)}</time>
            </p>
            <p>
              {row.first ? null : `${row.changed.map(field => t(`person:field.${field}`)).join(' · ')} `}
              <span className="soft">
                <bdi>{row.by}</bdi> · {row.channel ? t(`person:channel.${row.channel}`) : <bdi>{row.source}</bdi>}
                {row.evidence ? (
                  <>
                    {' '}
                    · {t('person:evidence')} <bdi>{row.evidence}</bdi>
                  </>
                ) : null}
              </span>
            </p>
          </li>
        ))}
      </ol>
    </Section>
  )
}
