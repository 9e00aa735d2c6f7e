import { data, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { Speech } from '../speech.ts'
import { useSpeech } from '../speech-context.tsx'
import type { ProviderWay, WaysPage } from '../way-door.ts'
import { StepRefused } from './budget-forms.tsx'
import { guarded } from './guard.ts'
import { Done, Heading, Section } from './parts.tsx'
import { PaymentTabs } from './payment-tabs.tsx'
import { Table } from './table.tsx'
import { NetworkForms } from './ways-forms.tsx'

const DONE = ['said', 'agreed', 'withdrawn'] as const

export const loader = guarded('budget.read', async ({ request, context }) => {
  const page = await doorsOf(context).console.ways(staffOf(context))
  const done = new URL(request.url).searchParams.get('done')
  // Made before it is sent: pressed twice on a slow line, it is said once.
  return inTimeOf(context, { page, done, id: newId<'cash-way'>() as string })
})

export const action = guarded('budget.write', async ({ request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const { console: doors } = doorsOf(context)
  const reader = staffOf(context)
  const id = parseId<'cash-way'>(said('id'))
  if (!id) throw new Response(null, { status: 400 })
  const [step, provider] = [said('do'), said('provider')]
  const answer = async () => {
    if (step === 'say') return doors.sayWay(reader, { id, provider, way: said('way') })
    if (step === 'agree') return doors.agreeToWay(reader, id)
    if (step === 'withdraw') return doors.withdrawWay(reader, id)
    throw new Response(null, { status: 400 })
  }
  const done = await answer()
  if (!done.ok) return data({ step, provider, code: done.refusal.code }, { status: 422 })
  const told = { say: 'said', agree: 'agreed', withdraw: 'withdrawn' }[step]
  return redirect(`/console/payments/ways?done=${told}`, { status: 303 })
})

/** How each provider is paid through, and which way networks of cash pay: said by one, agreed to by another. */
export default function Ways() {
  const { page, done: told, id } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  const done = DONE.find(each => each === told)
  return (
    <>
      <Heading title={t('ways:title')} over={<Link to="/console/payments">{t('console:payments.title')}</Link>} />
      <PaymentTabs />
      {done ? <Done says={t(`ways:done.${done}`)} /> : null}
      <p className="soft">{t('ways:what')}</p>
      {page ? <Parts page={page} id={id} /> : <p className="empty">{t('books:wholeCountry')}</p>}
    </>
  )
}

function Parts({ page, id }: { page: WaysPage; id: string }) {
  const { t } = useSpeech()
  const answer = useActionData<typeof action>()
  const networks = page.rows.flatMap(row => (row.cash ? [{ ...row, cash: row.cash }] : []))
  // A refusal stands with its network; of one that is not on the page, above everything.
  const lost = answer && !networks.some(({ code }) => code === answer.provider) ? answer : undefined
  return (
    <>
      {lost ? <StepRefused says={t(`ways:refusal.${lost.code}`)} code={lost.code} /> : null}
      {page.stranded.length > 0 ? <Stranded rows={page.stranded} /> : null}
      <Section title={t('ways:list')}>
        <WayTable rows={page.rows} />
      </Section>
      {networks.length > 0 ? (
        <Section title={t('ways:networks')}>
          <p className="soft">{t('ways:networksWhat')}</p>
          {networks.map(network => (
            <NetworkForms key={network.code} network={network} id={id} maySay={page.maySay} />
          ))}
        </Section>
      ) : null}
    </>
  )
}

function WayTable({ rows }: { rows: readonly ProviderWay[] }) {
  const speech = useSpeech()
  const { t } = speech
  return (
    <Table
      caption={t('ways:list')}
      quietCaption
      rows={rows}
      keyOf={row => row.code}
      empty={t('ways:none')}
      columns={[
        {
          key: 'name',
          label: t('console:column.provider'),
          text: row => row.name,
          cell: row => (
            <>
              <bdi>{row.name}</bdi> <bdi className="soft">{row.code}</bdi>
            </>
          ),
        },
        { key: 'kind', label: t('ways:kindOf'), text: row => t(`ways:kind.${row.kind}`) },
        {
          key: 'leaves',
          label: t('ways:leaves'),
          text: row => leavesText(row, speech),
          cell: row => (
            <>
              {leavesText(row, speech)} {row.host ? <bdi dir="ltr">{row.host}</bdi> : null}
            </>
          ),
        },
        { key: 'since', label: t('ways:since'), text: row => sinceText(row, speech) },
        {
          key: 'waits',
          label: t('ways:waits'),
          text: row => (row.cash?.waiting ? t(`ways:toBe.${row.cash.waiting.way}`) : '–'),
          cell: row =>
            row.cash?.waiting ? (
              <a className="badge doubt" href={`#way-${row.code}`}>
                {t(`ways:toBe.${row.cash.waiting.way}`)}
              </a>
            ) : (
              '–'
            ),
        },
      ]}
    />
  )
}

function leavesText({ leavesBy, form }: ProviderWay, { t }: Speech): string {
  return form ? t(`ways:form.${form}`) : t(`ways:leavesBy.${leavesBy}`)
}

/** Since when and by whom: two persons say how a network of cash pays, the settings of the server say the rest. */
function sinceText({ cash }: ProviderWay, { t, format }: Speech): string {
  if (!cash) return t('ways:bySettings')
  if (!cash.standing) return t('ways:byNobody')
  const { since, saidBy, agreedBy } = cash.standing
  return t('ways:byTwo', { date: format.instant(since), said: saidBy, agreed: agreedBy })
}

/** What waits for ever until the settings name a provider again: the same that the doctor finds. */
function Stranded({ rows }: { rows: WaysPage['stranded'] }) {
  const { t, format } = useSpeech()
  return (
    <Section title={t('ways:stranded.title')}>
      {rows.map(({ reference, provider, name, way, left, instructions }) => (
        <article key={`${reference} ${provider}`} className="anomaly">
          <h3>
            <Link to={`/console/payments/${encodeURIComponent(reference)}`}>
              <bdi>{reference}</bdi>
            </Link>{' '}
            · <bdi>{name}</bdi>
          </h3>
          <p>
            {t(`ways:stranded.${way === 'own_file' ? 'file' : left ? 'wireLeft' : 'wire'}`, {
              payments: format.number(instructions),
            })}
          </p>
          <p className="soft">{t(`ways:stranded.${way === 'own_file' ? 'fileTodo' : 'wireTodo'}`)}</p>
        </article>
      ))}
    </Section>
  )
}
