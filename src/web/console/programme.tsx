import { Button, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseDate, parseId } from '#kernel'
import { ENROLMENT_STATES_SHOWN } from '../enrolment-words.ts'
import { doorsOf, staffOf } from '../load-context.ts'
import type { ProgrammePage, TermGiven } from '../programme-door.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { useMay } from './may.ts'
import { placeText } from './names.ts'
import { Heading, Section } from './parts.tsx'
import { ProgrammeRefusal } from './programme-refusal.tsx'
import { lifeText } from './programmes.tsx'
import { Table } from './table.tsx'

const packOf = (params: LoaderArgs['params']) => `${params.country ?? ''}/${params.pack ?? ''}`

export const loader = guarded('figures.read', async ({ params, request, context }) => {
  const page = await doorsOf(context).console.enrolmentProgramme(staffOf(context), packOf(params))
  if (!page) throw new Response(null, { status: 404 })
  return { page, id: newId<'Campaign'>() as string, opened: new URL(request.url).searchParams.has('opened') }
})

export const action = guarded('enrolment.decide', async ({ params, request, context }: ActionArgs) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const pack = packOf(params)
  const id = parseId<'Campaign'>(said('id'))
  if (!id) throw new Response(null, { status: 400 })
  const answers = { fr: said('fr'), ar: said('ar'), en: said('en'), opens: said('opens'), closes: said('closes') }
  const [opensOn, closesOn] = [parseDate(answers.opens), parseDate(answers.closes)]
  if (!opensOn || !closesOn) return data({ answers, refusal: { code: 'day_malformed' as const } }, { status: 422 })
  const names = { fr: answers.fr, ar: answers.ar, en: answers.en }
  const asked = { id, pack, territory: '', names, opensOn, closesOn }
  const done = await doorsOf(context).console.openCampaign(staffOf(context), asked)
  if (done.ok) return redirect(`/console/programmes/${pack}?opened`, { status: 303 })
  return data({ answers, refusal: done.refusal }, { status: 422 })
})

/** A programme as a readable page: its terms with what gives them, campaigns, and who is in it, place by place. */
export default function Programme() {
  const { page, id, opened } = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t, say, format } = speech
  const may = useMay()
  return (
    <>
      <Heading title={say(page.name)} over={<Link to="/console/programmes">{t('programme:title')}</Link>} />
      <p className="narrow">{say(page.says)}</p>
      {opened ? (
        <p role="status" className="notice-line">
          {t('programme:campaign.done')}
        </p>
      ) : null}
      <Section title={t('programme:terms')}>
        <Terms page={page} />
        {page.remarks.map(each => (
          <p key={each.en} className="soft narrow">
            {say(each)}
          </p>
        ))}
      </Section>
      {page.conditions.length > 0 && may('determination.read') ? (
        <Section title={t('conditions:title')}>
          <p>
            {page.conditions.map(say).join(' · ')}.{' '}
            <Link to={`/console/programmes/${page.pack}/conditions`}>{t('conditions:seeMonths')}</Link>
          </p>
        </Section>
      ) : null}
      <Section title={t('programme:places')}>
        <Table
          caption={t('programme:places')}
          quietCaption
          rows={page.places}
          keyOf={row => placeText(row.place, speech)}
          empty={t('programme:nobody')}
          columns={[
            { key: 'place', label: t('programme:place'), text: row => placeText(row.place, speech) },
            ...ENROLMENT_STATES_SHOWN.map(state => ({
              key: state,
              label: t(`programme:state.${state}`),
              numeric: true,
              text: (row: ProgrammePage['places'][number]) => format.number(row.counts[state] ?? 0),
            })),
          ]}
        />
        {page.applications.length > 0 ? (
          <p>
            {t('programme:applications')}{' '}
            {page.applications
              .map(({ state, count }) => `${t(`programme:state.${state}`)} ${format.number(count)}`)
              .join(' · ')}
          </p>
        ) : null}
      </Section>
      <Section title={t('programme:campaigns')}>
        {page.byCampaign ? (
          <p>{t('programme:campaign.only')}</p>
        ) : (
          <p className="soft">{t('programme:campaign.anyTime')}</p>
        )}
        <ul className="history">
          {page.campaigns.map(each => (
            <li key={each.code}>
              <strong>{say(each.names)}</strong> {placeText(each.place, speech)} ·{' '}
              {each.from ? format.date(each.from) : t('programme:campaign.dayUnknown')} –{' '}
              {each.to ? format.date(each.to) : t('programme:campaign.dayUnknown')}{' '}
              {each.given ? <GivenBy given={each.given} /> : null}
            </li>
          ))}
        </ul>
        {page.mayOpenCampaign ? <OpenCampaign id={id} /> : null}
      </Section>
    </>
  )
}

function Terms({ page }: { page: ProgrammePage }) {
  const speech = useSpeech()
  const { t, say, format } = speech
  const months = (number: number) => t('programme:months', { count: number, number: format.number(number) })
  return (
    <dl className="pairs">
      <Term label={t('programme:entry')} given={page.entry}>
        {t(`programme:by.${page.by}`)}
      </Term>
      <Term label={t('programme:life')} given={page.opening}>
        {lifeText(page, speech)}
      </Term>
      <Term label={t('programme:channels')} given={page.channels}>
        {page.channels
          ? page.channels.open.map(each => t(`programme:channel.${each}`)).join(' · ')
          : t('programme:channelsUnknown')}
      </Term>
      {page.quotas.map(each => (
        <Term key={`${each.from}${placeText(each.place, speech)}`} label={t('programme:quota')} given={each}>
          {placeText(each.place, speech)} · {t('programme:since', { month: format.month(each.from) })} ·{' '}
          {each.households === null ? t('programme:noQuota') : format.number(each.households)}
        </Term>
      ))}
      {page.order ? (
        <Term label={t('programme:order')} given={page.order}>
          {[...page.order.terms.map(say), t(`programme:ties.${page.order.ties}`)].join(' · ')}
        </Term>
      ) : null}
      {page.notWith.map(each => (
        <Term key={say(each.name)} label={t('programme:notWith')} given={each}>
          {say(each.name)} · {t(`programme:yields.${each.yields}`)}
        </Term>
      ))}
      <Term label={t('programme:recertification')} given={page.recertification}>
        {page.recertification ? months(page.recertification.months) : t('programme:unknown')}
      </Term>
      <Term label={t('programme:duration')} given={page.duration}>
        {page.duration ? months(page.duration.months) : t('programme:noEnd')}
      </Term>
    </dl>
  )
}

function Term({ label, given, children }: { label: string; given: TermGiven | null; children: ReactNode }) {
  return (
    <div className="pair">
      <dt>{label}</dt>
      <dd>
        {children} {given ? <GivenBy given={given} /> : null}
      </dd>
    </div>
  )
}

/** What a term rests on: nobody takes a chosen one for law. */
function GivenBy({ given }: { given: TermGiven }) {
  const { t } = useSpeech()
  return (
    <span className="soft given-by">
      {given.confidence === 'read' ? null : (
        <span className="badge doubt">{t(`programme:confidence.${given.confidence}`)}</span>
      )}{' '}
      {given.sources.length > 0 ? <bdi>{given.sources.join(' ; ')}</bdi> : null}
    </span>
  )
}

function OpenCampaign({ id }: { id: string }) {
  const { t } = useSpeech()
  const given = useActionData<typeof action>()
  return (
    <details open={given !== undefined}>
      <summary>{t('programme:campaign.open')}</summary>
      <Form method="post" className="decide">
        {given ? <ProgrammeRefusal refusal={given.refusal} /> : null}
        <input type="hidden" name="id" value={id} />
        {(['fr', 'ar', 'en'] as const).map(language => (
          <TextInput
            key={language}
            name={language}
            label={t(`programme:campaign.name.${language}`)}
            defaultValue={given?.answers[language] ?? ''}
            required
            maxLength={120}
            dir={language === 'ar' ? 'rtl' : 'ltr'}
          />
        ))}
        <TextInput
          type="date"
          name="opens"
          label={t('programme:campaign.opens')}
          defaultValue={given?.answers.opens ?? ''}
          required
        />
        <TextInput
          type="date"
          name="closes"
          label={t('programme:campaign.closes')}
          defaultValue={given?.answers.closes ?? ''}
          required
        />
        <Button type="submit">{t('programme:campaign.submit')}</Button>
      </Form>
    </details>
  )
}
