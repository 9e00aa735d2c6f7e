import { data, Link, redirect, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import { accessOf, doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import type { SamplePage, VisitRow } from '../upkeep-door.ts'
import { guarded } from './guard.ts'
import { useMay } from './may.ts'
import { placeText } from './names.ts'
import { Heading, Section } from './parts.tsx'
import { Table } from './table.tsx'
import { UpkeepTabs } from './upkeep-tabs.tsx'
import { type VisitForm, VisitOutcomeForm, visitOutcomes } from './visit-outcome-form.tsx'

export const loader = guarded('household.read', async ({ params, request, context }) => {
  const id = parseId<'VisitSample'>(params.sample ?? '')
  const { searchParams } = new URL(request.url)
  const after = /^\d{1,6}$/.test(searchParams.get('after') ?? '') ? Number(searchParams.get('after')) : 0
  const page = id && (await doorsOf(context).console.sample(staffOf(context), id, after))
  if (!page) throw new Response(null, { status: 404 })
  const chosen = page.visits.find(visit => visit.household === searchParams.get('visit'))
  const form =
    chosen && accessOf(context).permissions.includes('household.write') ? await formOf(context, chosen) : undefined
  return inTimeOf(context, { ...page, after, form })
})

/** What may differ in a household: its facts and those of its members, as the page of corrections names them. */
async function formOf(context: Parameters<typeof doorsOf>[0], visit: VisitRow): Promise<VisitForm | undefined> {
  const page = await doorsOf(context).console.corrections(staffOf(context), visit.household, undefined)
  return (
    page && {
      id: newId<'VisitOutcome'>(),
      household: visit.household,
      sourceId: visit.sourceId,
      number: visit.number,
      groups: page.groups.map(({ member, options }) => ({
        member,
        options: options.flatMap(({ value, field }) => ('label' in field ? [{ value, label: field.label }] : [])),
      })),
    }
  )
}

export const action = guarded('household.write', async ({ params, request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const id = parseId<'VisitOutcome'>(said('id'))
  const sample = parseId<'VisitSample'>(params.sample ?? '')
  const household = parseId<'Household'>(said('household'))
  const outcome = visitOutcomes.find(each => each === said('outcome'))
  if (!id || !sample || !household || !outcome) throw new Response(null, { status: 400 })
  const named = [said('differs1'), said('differs2'), said('differs3')].filter(text => text !== '')
  const differs = [...new Set(named)]
  const says = said('says').replaceAll('\r\n', '\n')
  const visitedOn = said('day')
  const asked = { id, sample, household, outcome, differs, says, visitedOn }
  const answer = await doorsOf(context).console.recordVisit(staffOf(context), asked)
  if (answer.ok) return redirect(`/console/visits/${sample}#v-${household}`, { status: 303 })
  return data({ code: answer.refusal.code, outcome, differs, says, visitedOn }, { status: 422 })
})

/** One sample: how it was drawn, and its visits with what was found. */
export default function VisitSample() {
  const page = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t, format } = speech
  const { sample } = page
  return (
    <>
      <Heading
        title={t('upkeep:sampleOf', { seed: sample.seed })}
        over={
          <>
            {placeText(sample.place, speech)} · {format.instant(sample.askedAt)} · <bdi>{sample.askedBy}</bdi>
          </>
        }
      />
      <UpkeepTabs />
      {page.form ? <VisitOutcomeForm form={page.form} /> : null}
      <Section title={t('upkeep:visitsOf', { number: format.number(sample.visits) })}>
        <VisitTable page={page} chosen={page.form?.household} />
        {page.more ? (
          <nav className="pages" aria-label={t('console:pages.label')}>
            <Link to={`?after=${page.visits.at(-1)?.number ?? 0}`} rel="next">
              {t('console:pages.next')}
            </Link>
          </nav>
        ) : null}
      </Section>
      <Section title={t('upkeep:how')}>
        <p className="soft">
          {t('upkeep:method', {
            seed: sample.seed,
            method: sample.method,
            percent: format.number(sample.riskPercent),
            below: format.number(sample.riskBelow),
          })}
        </p>
        <Table
          caption={t('upkeep:strata')}
          rows={sample.strata}
          keyOf={row => `${row.agent} ${placeText(row.place, speech)}`}
          empty={t('upkeep:none.stratum')}
          columns={[
            { key: 'place', label: t('upkeep:column.place'), text: row => placeText(row.place, speech) },
            {
              key: 'agent',
              label: t('upkeep:column.agent'),
              text: row => row.agent,
              cell: row => <bdi>{row.agent}</bdi>,
            },
            {
              key: 'households',
              label: t('console:column.households'),
              numeric: true,
              text: row => format.number(row.households),
            },
            { key: 'drawn', label: t('upkeep:column.visits'), numeric: true, text: row => format.number(row.drawn) },
          ]}
        />
      </Section>
    </>
  )
}

const tones = { confirmed: 'good', differs: 'bad', not_found: 'doubt' } as const

function VisitTable({
  page,
  chosen,
}: {
  page: Pick<SamplePage, 'visits'> & { after: number }
  chosen: string | undefined
}) {
  const speech = useSpeech()
  const { t, say, format } = speech
  const may = useMay()
  const open = (row: VisitRow) => row.outcome === null || row.outcome === 'not_found'
  return (
    <Table
      caption={t('upkeep:tab.visits')}
      quietCaption
      rows={page.visits}
      keyOf={row => row.household}
      empty={t('upkeep:none.visit')}
      columns={[
        { key: 'number', label: t('upkeep:column.number'), numeric: true, text: row => format.number(row.number) },
        {
          key: 'household',
          label: t('upkeep:column.household'),
          text: row => row.sourceId,
          cell: row => (
            <Link id={`v-${row.household}`} to={`/console/households/${row.household}`}>
              <bdi>{row.sourceId}</bdi>
            </Link>
          ),
        },
        { key: 'place', label: t('upkeep:column.place'), text: row => placeText(row.place, speech) },
        { key: 'part', label: t('upkeep:column.part'), text: row => t(`upkeep:part.${row.part}`) },
        {
          key: 'outcome',
          label: t('upkeep:column.outcome'),
          text: row => (row.outcome ? t(`upkeep:outcome.${row.outcome}`) : t('upkeep:outcome.waiting')),
          cell: row => (
            <>
              <span className={`badge ${row.outcome ? tones[row.outcome] : 'plain'}`}>
                {row.outcome ? t(`upkeep:outcome.${row.outcome}`) : t('upkeep:outcome.waiting')}
              </span>{' '}
              {row.visitedOn ? <span className="soft">{format.date(row.visitedOn)}</span> : null}
              {row.differs.map(({ field, label }) => (
                <div key={field}>
                  {say(label)}{' '}
                  <Link to={`/console/households/${row.household}/corrections?field=${encodeURIComponent(field)}`}>
                    {t('upkeep:correct')}
                  </Link>
                </div>
              ))}
              {row.says ? <q>{row.says}</q> : null}
            </>
          ),
        },
        {
          key: 'do',
          label: t('upkeep:column.do'),
          text: () => '',
          cell: row =>
            may('household.write') && open(row) && row.household !== chosen ? (
              <Link to={`?after=${page.after}&visit=${row.household}`}>
                {t('upkeep:record', { number: format.number(row.number) })}
              </Link>
            ) : null,
        },
      ]}
    />
  )
}
