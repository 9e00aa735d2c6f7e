import { Button, NativeSelect } from '@mantine/core'
import { Form, Link, useLoaderData } from 'react-router'
import type { ConditionMonth, ConditionRow, ConditionsPage, StepRow, SuspensionShown } from '../condition-door.ts'
import { STEPS_SHOWN } from '../condition-door.ts'
import { knownReason } from '../enrolment-words.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { useMay } from './may.ts'
import { nameText, placeText } from './names.ts'
import { Pager } from './pager.tsx'
import { Figures, Heading, Name, Section } from './parts.tsx'
import { Table } from './table.tsx'
import './conditions.css'

export const loader = guarded('determination.read', async ({ request, params, context }) => {
  const { searchParams } = new URL(request.url)
  const typed = searchParams.get('page') ?? ''
  const found = await doorsOf(context).console.conditions(staffOf(context), {
    pack: `${params.country}/${params.pack}`,
    month: searchParams.get('month') ?? '',
    step: searchParams.get('step') ?? '',
    page: /^[1-9]\d{0,4}$/.test(typed) ? Number(typed) : 1,
  })
  if (!found) throw new Response(null, { status: 404 })
  return inTimeOf(context, found)
})

/** The conditions of a programme in a month: in words, who met them where, and what followed for whom. */
export default function Conditions() {
  const page = useLoaderData<typeof loader>()
  const { t, say } = useSpeech()
  const may = useMay()
  return (
    <>
      <Heading
        title={t('conditions:title')}
        over={<Link to={`/console/programmes/${page.pack}`}>{say(page.name)}</Link>}
        aside={may('programme.change') ? <Link to="/console/waivers">{t('conditions:tab.waivers')}</Link> : undefined}
      />
      <p className="soft narrow">{t('conditions:what')}</p>
      {page.month === null ? <p className="empty">{t('conditions:noMonth')}</p> : <Months page={page} />}
      {page.conditions.map(each => (
        <Condition key={each.condition.code} of={each} isDecided={page.month !== null} />
      ))}
      {page.month === null ? null : <Steps page={page} month={page.month} />}
      {page.month === null ? null : <Suspensions page={page} />}
    </>
  )
}

function Months({ page }: { page: ConditionsPage }) {
  const { t, format } = useSpeech()
  return (
    <Form method="get" className="condition-month" key={page.month}>
      <NativeSelect
        name="month"
        label={t('conditions:month')}
        defaultValue={page.month ?? ''}
        data={page.months.map(month => ({ value: month, label: format.month(month) }))}
      />
      <Button type="submit" variant="default">
        {t('conditions:show')}
      </Button>
    </Form>
  )
}

function Condition({ of, isDecided }: { of: ConditionMonth; isDecided: boolean }) {
  const speech = useSpeech()
  const { t, say, format } = speech
  const { condition, total, members } = of
  return (
    <Section title={say(condition.label)}>
      <ul className="condition-terms narrow">
        <li>
          {t(`conditions:told.${condition.feed}`)} {condition.facts.map(say).join(' · ')}
        </li>
        <li>
          {condition.suspendAfter === null
            ? condition.without
              ? say(condition.without)
              : t('conditions:neverSuspends')
            : t('conditions:suspendsAfter', {
                count: condition.suspendAfter,
                number: format.number(condition.suspendAfter),
              })}{' '}
          {condition.source ? <bdi className="soft">{condition.source}</bdi> : null}
        </li>
      </ul>
      {isDecided ? (
        <>
          <Figures
            figures={[
              { label: t('conditions:households.met'), value: format.number(total.met) },
              { label: t('conditions:households.unmet'), value: format.number(total.unmet) },
              { label: t('conditions:households.unknown'), value: format.number(total.unknown) },
              { label: t('conditions:households.waived'), value: format.number(total.waived) },
            ]}
          />
          {condition.ofMembers ? (
            <p className="soft">
              {t('conditions:members', {
                unmet: format.number(members.unmet),
                unknown: format.number(members.unknown),
                waived: format.number(members.waived),
              })}
            </p>
          ) : null}
          <Places of={of} />
        </>
      ) : null}
    </Section>
  )
}

const COLUMNS = ['met', 'unmet', 'unknown', 'waived', 'warned', 'suspended', 'restored'] as const

function Places({ of }: { of: ConditionMonth }) {
  const speech = useSpeech()
  const { t, say, format } = speech
  return (
    <Table
      caption={t('conditions:places', { condition: say(of.condition.label) })}
      rows={of.rows}
      keyOf={row => placeText(row.place, speech)}
      empty={t('conditions:noPlace')}
      columns={[
        { key: 'place', label: t('conditions:place'), text: row => placeText(row.place, speech) },
        ...COLUMNS.map(name => ({
          key: name,
          label: t(`conditions:column.${name}`),
          numeric: true,
          text: (row: ConditionRow) => format.number(row[name]),
        })),
      ]}
    />
  )
}

function Steps({ page, month }: { page: ConditionsPage; month: string }) {
  const speech = useSpeech()
  const { t, say, format } = speech
  const to = (step: string | null, at = 1) =>
    `?${new URLSearchParams({ month, ...(step ? { step } : {}), ...(at > 1 ? { page: String(at) } : {}) })}`
  return (
    <Section title={t('conditions:steps')} id="steps">
      <nav className="pages" aria-label={t('conditions:filter')}>
        {[null, ...STEPS_SHOWN].map(step =>
          step === page.step ? (
            <strong key={step} aria-current="true">
              {t(`conditions:list.${step ?? 'all'}`)}
            </strong>
          ) : (
            <Link key={step} to={`${to(step)}#steps`}>
              {t(`conditions:list.${step ?? 'all'}`)}
            </Link>
          ),
        )}
      </nav>
      <Table
        caption={t('conditions:steps')}
        quietCaption
        rows={page.steps}
        keyOf={row => `${row.household} ${say(row.condition)}`}
        empty={t('conditions:noStep')}
        columns={[
          {
            key: 'household',
            label: t('conditions:household'),
            text: row => row.sourceId,
            cell: row => (
              <Link to={`/console/households/${row.household}`}>
                <bdi>{row.sourceId}</bdi>
              </Link>
            ),
          },
          {
            key: 'name',
            label: t('conditions:recipient'),
            text: row => nameText(row.name, speech),
            cell: row => <Name name={row.name} />,
          },
          { key: 'place', label: t('conditions:place'), text: row => placeText(row.place.slice(-2), speech) },
          {
            key: 'step',
            label: t('conditions:step'),
            text: row => t(`conditions:follows.${told(row)}`),
            cell: row => <span className={`badge ${tones[told(row)]}`}>{t(`conditions:follows.${told(row)}`)}</span>,
          },
          {
            key: 'found',
            label: t('conditions:found'),
            text: row => foundTexts(row, speech).join(' · '),
            cell: row => (
              <ul className="condition-found">
                {foundTexts(row, speech).map(text => (
                  <li key={text}>{text}</li>
                ))}
              </ul>
            ),
          },
          {
            key: 'breaches',
            label: t('conditions:breaches'),
            numeric: true,
            text: row => format.number(row.breaches),
          },
        ]}
      />
      <Pager page={page.page} more={page.more} to={at => to(page.step, at)} />
    </Section>
  )
}

const changeTones = { suspend: 'bad', restore: 'good' } as const

function Suspensions({ page }: { page: ConditionsPage }) {
  const speech = useSpeech()
  const { t } = speech
  return (
    <Section title={t('conditions:suspensions')} id="suspensions">
      <p className="soft narrow">{t('conditions:suspensionsWhat')}</p>
      <Table
        caption={t('conditions:suspensions')}
        quietCaption
        rows={page.suspensions}
        keyOf={row => `${row.household} ${row.at} ${row.change}`}
        empty={t('conditions:noSuspension')}
        columns={[
          {
            key: 'household',
            label: t('conditions:household'),
            text: row => row.sourceId,
            cell: row => (
              <Link to={`/console/households/${row.household}`}>
                <bdi>{row.sourceId}</bdi>
              </Link>
            ),
          },
          {
            key: 'name',
            label: t('conditions:recipient'),
            text: row => nameText(row.name, speech),
            cell: row => <Name name={row.name} />,
          },
          { key: 'place', label: t('conditions:place'), text: row => placeText(row.place.slice(-2), speech) },
          {
            key: 'change',
            label: t('conditions:step'),
            text: row => t(`conditions:changed.${row.change}`),
            cell: row => (
              <span className={`badge ${changeTones[row.change]}`}>{t(`conditions:changed.${row.change}`)}</span>
            ),
          },
          {
            key: 'reason',
            label: t('conditions:reason'),
            text: row => reasonOf(row, speech),
            cell: row => (
              <>
                {reasonOf(row, speech)} {row.says === null ? null : <q>{row.says}</q>}
              </>
            ),
          },
        ]}
      />
      {page.moreSuspensions ? <p className="soft">{t('conditions:firstOnly')}</p> : null}
    </Section>
  )
}

function reasonOf({ reason }: SuspensionShown, { t }: ReturnType<typeof useSpeech>): string {
  const known = knownReason(reason)
  return known ? t(`programme:reason.${known}`, { programme: '', rank: '' }) : reason
}

const tones = { warned: 'doubt', suspended: 'bad', restored: 'good', takenBack: 'plain' } as const

const told = ({ step, takenBack }: StepRow) => (takenBack ? 'takenBack' : step)

function foundTexts(row: StepRow, speech: ReturnType<typeof useSpeech>): string[] {
  const { t, say } = speech
  return row.found.map(({ finding, name }) =>
    t(`conditions:finding.${finding}`, { who: name === null ? say(row.condition) : nameText(name, speech) }),
  )
}
