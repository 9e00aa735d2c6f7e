import { Link, useLoaderData, useRouteLoaderData } from 'react-router'
import { parseId } from '#kernel'
import type { DecisionRow, FactRow, HouseholdFile, MemberRow, ToldReading } from '../context.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { factText } from './fact-text.ts'
import { guarded, openUnlessTooClose } from './guard.ts'
import { HouseholdUpkeep } from './household-upkeep.tsx'
import { Journey } from './journey.tsx'
import type { loader as layout } from './layout.tsx'
import { useMay } from './may.ts'
import { nameText, placeText } from './names.ts'
import { Heading, Name, OutcomeBadge, outcomeTold, Section } from './parts.tsx'
import { Table } from './table.tsx'

export const loader = guarded('household.read', async ({ params, request, context }) => {
  const id = parseId<'Household'>(params.id ?? '')
  if (id) await openUnlessTooClose(context, id)
  const found = id && (await doorsOf(context).console.household(staffOf(context), id))
  if (!found) throw new Response(null, { status: 404 })
  const { searchParams } = new URL(request.url)
  const recorded = searchParams.get('recorded')
  return {
    ...inTimeOf(context, found),
    declared: searchParams.has('declared'),
    recorded: found.journey.some(each => each.kind === 'event' && each.happened === recorded),
  }
})

/** All that happened to a household, in the order of time, with who belongs to it and what was decided. */
export default function Household() {
  const file = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t, format } = speech
  // Open in an emergency, the file is read and no more: what else there is of it is not known here.
  const inEmergency = useRouteLoaderData<typeof layout>('console/layout')?.emergencies.some(
    one => one.household === file.id,
  )
  const may = useMay()
  const head = file.members[0]
  return (
    <>
      <Heading
        title={t('console:household.title', { name: head ? nameText(head.name, speech) : file.sourceId })}
        over={<Over file={file} />}
        aside={
          inEmergency ? null : (
            <>
              {may('household.write') ? (
                <>
                  <Link to={`/console/households/${file.id}/declaration`}>{t('declaration:again')}</Link>{' '}
                  <Link to={`/console/households/${file.id}/events/new`}>{t('events:title')}</Link>
                </>
              ) : null}{' '}
              {may('determination.read') ? (
                <Link to={`/console/households/${file.id}/programmes`}>{t('programme:ofHousehold')}</Link>
              ) : null}{' '}
              {may('enrolment.write') ? (
                <>
                  <Link to={`/console/households/${file.id}/recipient`}>{t('receiving:title')}</Link>{' '}
                </>
              ) : null}
              {file.journey.some(each => each.kind === 'owed' && each.change.what === 'overpaid') ? (
                <>
                  <Link to={`/console/households/${file.id}/overpaid`}>{t('receiving:overpaid.title')}</Link>{' '}
                </>
              ) : null}
              {may('payment.read') ? (
                <>
                  <Link to={`/console/households/${file.id}/statement`}>{t('receipts:statement.title')}</Link>{' '}
                </>
              ) : null}
              <Link to={`/console/households/${file.id}/corrections`}>{t('privacy:correction.title')}</Link>
            </>
          )
        }
      />
      {file.recorded ? (
        <p role="status" className="notice-line">
          {t('events:done')}
        </p>
      ) : null}
      {file.recipientDied ? (
        <p className="notice-line">
          {t('receiving:waits', { date: format.date(file.recipientDied) })}
          {may('enrolment.write') && !inEmergency ? (
            <>
              {' '}
              <Link to={`/console/households/${file.id}/recipient`}>{t('receiving:name')}</Link>
            </>
          ) : null}
        </p>
      ) : null}
      {file.proposedEvents > 0 ? (
        <p className="notice-line">
          {may('household.write') && !inEmergency ? (
            <Link to={`/console/proposed-events?household=${file.id}`}>
              {t('proposed:ofHousehold', { count: file.proposedEvents, number: format.number(file.proposedEvents) })}
            </Link>
          ) : (
            t('proposed:ofHousehold', { count: file.proposedEvents, number: format.number(file.proposedEvents) })
          )}
        </p>
      ) : null}
      {file.declared ? (
        <p role="status" className="notice-line">
          {t('declaration:done')}
        </p>
      ) : null}
      <div className="columns wide-first">
        <div>
          {file.closed.map(part => (
            <p key={part} className="notice-line">
              {t(`staff:closed.${part}`)}
            </p>
          ))}
          {file.closed.includes('decisions') ? null : <Decisions household={file.id} rows={file.decisions} />}
          <HouseholdUpkeep upkeep={file.upkeep} />
          <Section title={t('console:household.journey')}>
            <Journey household={file.id} events={file.journey} />
          </Section>
        </div>
        <div>
          <Members rows={file.members} opensAccounts={may('payment.read') && !inEmergency} />
          <Facts rows={file.facts} />
          {inEmergency ? null : <Told rows={file.told} />}
        </div>
      </div>
    </>
  )
}

function Over({ file }: { file: HouseholdFile }) {
  const speech = useSpeech()
  const { t } = speech
  return (
    <>
      {placeText(file.territory, speech)} · {t('console:household.source', { source: file.source })}{' '}
      <bdi>{file.sourceId}</bdi>
      {file.modelled ? <span className="modelled">{t('console:modelled')}</span> : null}
    </>
  )
}

/** What each programme said last, open to its reasons. */
function Decisions({ household, rows }: { household: string; rows: readonly DecisionRow[] }) {
  const { t, say, format } = useSpeech()
  return (
    <Section title={t('console:household.decisions')}>
      {rows.length === 0 ? (
        <p className="empty">{t('console:household.noDecision')}</p>
      ) : (
        <ul className="decisions">
          {rows.map(row => (
            <li key={row.pack}>
              <Link to={`/console/households/${household}/decisions/${row.run}`}>{say(row.name)}</Link>
              <span className="soft">{format.month(row.month)}</span>
              <OutcomeBadge outcome={outcomeTold(row)} />
              <strong className="numeric">
                {row.amount ? format.money(row.amount) : row.score ? format.number(row.score, 7) : ''}
              </strong>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Members({ rows, opensAccounts }: { rows: readonly MemberRow[]; opensAccounts: boolean }) {
  const { t, say, format } = useSpeech()
  return (
    <Section title={t('console:household.members', { count: rows.length, number: format.number(rows.length) })}>
      <Table
        caption={t('console:household.membersCaption')}
        quietCaption
        rows={rows}
        keyOf={row => row.id}
        empty={t('console:household.noMember')}
        columns={[
          {
            key: 'name',
            label: t('console:column.name'),
            text: () => '',
            cell: row => (
              <>
                <Link to={`/console/persons/${row.id}`}>
                  <Name name={row.name} />
                </Link>
                {row.receives ? <span className="badge plain">{t('console:household.receives')}</span> : null}
                {row.receives && opensAccounts ? (
                  <Link to={`/console/persons/${row.id}/accounts`}>{t('payee:link')}</Link>
                ) : null}
                {row.standing ? <Standing standing={row.standing} /> : null}
              </>
            ),
          },
          {
            key: 'number',
            label: t('console:column.uniqueNumber'),
            text: row => row.number ?? '–',
            cell: row => (row.number ? <bdi className="number">{row.number}</bdi> : '–'),
          },
          {
            key: 'relation',
            label: t('console:column.relation'),
            text: row => (row.relation ? say(row.relation) : '–'),
          },
          {
            key: 'born',
            label: t('console:column.born'),
            text: row => (row.birthDate ? format.date(row.birthDate) : '–'),
          },
        ]}
      />
    </Section>
  )
}

/** Two records of one person: who stands for both, and where that person is found. */
function Standing({ standing: { id, name, household } }: { standing: NonNullable<MemberRow['standing']> }) {
  const speech = useSpeech()
  const { t } = speech
  return (
    <p className="soft">
      {t('staff:search.is', { as: '' })}
      <Link to={`/console/persons/${id}`}>{nameText(name, speech)}</Link>
      {household ? (
        <>
          {' · '}
          <Link to={`/console/households/${household}`}>{t('staff:search.itsHousehold')}</Link>
        </>
      ) : null}
    </p>
  )
}

function Facts({ rows }: { rows: readonly FactRow[] }) {
  const speech = useSpeech()
  const { t, say } = speech
  return (
    <Section title={t('console:household.facts')}>
      {rows.length === 0 ? (
        <p className="empty">{t('console:household.noFact')}</p>
      ) : (
        <dl className="pairs">
          {rows.map(row => (
            <div key={row.name} className="pair">
              <dt>{say(row.label)}</dt>
              <dd className={row.value.kind === 'unknown' || row.value.kind === 'hidden' ? 'soft' : undefined}>
                {factText(row.value, speech)}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Section>
  )
}

/** Readings as the household may be told of them when it asks at the desk. */
function Told({ rows }: { rows: readonly ToldReading[] }) {
  const { t } = useSpeech()
  return (
    <Section title={t('console:told.title')}>
      <p className="soft">{t('console:told.how')}</p>
      {rows.length === 0 ? (
        <p className="empty">{t('console:told.none')}</p>
      ) : (
        <ul className="told">
          {rows.map((row, index) => (
            <ToldDay key={index} row={row} />
          ))}
        </ul>
      )}
    </Section>
  )
}

function ToldDay({ row }: { row: ToldReading }) {
  const speech = useSpeech()
  const { t, format } = speech
  const counted = (key: 'opened' | 'listed' | 'exported') => {
    const how = { count: row[key], number: format.number(row[key]) }
    if (row[key] === 0) return []
    return [
      key === 'opened'
        ? t('console:told.opened', how)
        : key === 'listed'
          ? t('console:told.listed', how)
          : t('console:told.exported', how),
    ]
  }
  return (
    <li>
      <strong>{format.date(row.day)}</strong> <Reader row={row} />
      <span className="soft">
        {' · '}
        {[...counted('opened'), ...counted('listed'), ...counted('exported')].join(' · ')}
        {row.purposes.length > 0
          ? ` · ${row.purposes.map(purpose => t(`console:purpose.${purpose}`)).join(' · ')}`
          : ''}
      </span>
    </li>
  )
}

function Reader({ row }: { row: ToldReading }) {
  const speech = useSpeech()
  const { t } = speech
  if (row.reader === 'partner') return <bdi>{row.partner}</bdi>
  return (
    <>
      {row.office ? placeText(row.office, speech) : t(`console:told.${row.reader}`)}
      {row.role ? ` · ${t(`staff:role.${row.role}`)}` : ''}
    </>
  )
}
