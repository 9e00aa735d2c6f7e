import { Alert, Button, NativeSelect } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import type { AnswersPage, GivenRow } from '../answers-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { BrokenForm, readComingFile } from '../multipart.ts'
import { useSpeech } from '../speech-context.tsx'
import { StepRefused } from './budget-forms.tsx'
import { Follow } from './follow.tsx'
import { BROUGHT, GivenBadge, isOpen, refusalSays, sizeText } from './given-parts.tsx'
import { guarded } from './guard.ts'
import { Heading, Section } from './parts.tsx'
import { PaymentTabs } from './payment-tabs.tsx'
import { Table } from './table.tsx'

export const loader = guarded('payment_run.read', async ({ context }) => {
  const page = await doorsOf(context).console.answers(staffOf(context))
  return { page: page && inTimeOf(context, page) }
})

/** Lets a file come in and leaves it to the workers. The same bytes again are given no second time: the page may be sent again. */
export const action = guarded('payment_run.send', async ({ request, context }) => {
  const refused = (provider: string, refusal: { readonly code: string }) => data({ provider, refusal }, { status: 422 })
  if (!request.body) return refused('', { code: 'form_malformed' })
  const coming = await readComingFile(request.headers.get('content-type') ?? '', request.body)
  if (!coming.ok) return refused('', coming.refusal)
  const { fields, name, bytes } = coming.value
  const provider = fields.provider ?? ''
  try {
    const given = await doorsOf(context).console.giveAnswers(staffOf(context), { provider, name, bytes })
    if (!given.ok) return refused(provider, given.refusal)
    return redirect(`/console/payments/answers/${given.value}`, { status: 303 })
  } catch (error) {
    if (error instanceof BrokenForm) return refused(provider, { code: 'form_malformed' })
    throw error
  }
})

/** What providers answered: files given here, files taken, and the next one to give. */
export default function PaymentAnswers() {
  const { page } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  return (
    <>
      <Heading
        title={t('cycle:answers.title')}
        over={<Link to="/console/payments">{t('console:payments.title')}</Link>}
      />
      <PaymentTabs />
      <p className="soft">{t('cycle:answers.what')}</p>
      {page ? (
        <>
          {page.mayTake ? (
            <Section title={t('cycle:answers.take')}>
              <Take page={page} />
            </Section>
          ) : null}
          {page.given.length > 0 ? (
            <Section title={t('cycle:given.title')}>
              <Given rows={page.given} />
            </Section>
          ) : null}
          <Section title={t('cycle:answers.taken')}>
            <Files rows={page.files} />
          </Section>
        </>
      ) : (
        <p className="empty">{t('books:wholeCountry')}</p>
      )}
    </>
  )
}

function Take({ page }: { page: AnswersPage }) {
  const speech = useSpeech()
  const { t } = speech
  const answer = useActionData<typeof action>()
  const refusal = answer?.refusal
  const says = refusal ? refusalSays(refusal, speech) : undefined
  const ofProvider = refusal?.code === 'provider_unknown'
  const ofAll = refusal?.code === 'second_factor_required' || refusal?.code === 'not_granted'
  if (!page.secondFactor) {
    const code = 'second_factor_required'
    return <StepRefused says={t(`cycle:answers.refusal.${code}`)} code={code} />
  }
  return (
    <>
      {/* A file leaves by the browser itself: no script repeats what it sends. */}
      <Form method="post" encType="multipart/form-data" className="narrow stack" reloadDocument>
        {ofAll && refusal ? <StepRefused says={says ?? ''} code={refusal.code} /> : null}
        <NativeSelect
          name="provider"
          label={t('console:column.provider')}
          defaultValue={answer?.provider ?? ''}
          error={ofProvider ? says : undefined}
          data={page.providers.map(({ code, name, format }) => ({
            value: code,
            label: `${name} · ${t(`cycle:answers.format.${format}`)}`,
          }))}
        />
        <div className="declaration-file">
          <label htmlFor="answers-file">{t('cycle:answers.file')}</label>
          <span id="answers-how" className="soft">
            {t('cycle:answers.fileHow')}
          </span>
          <input
            id="answers-file"
            type="file"
            name="file"
            accept=".xml,.csv,.txt,text/csv,application/xml"
            required
            aria-describedby={says && !ofAll && !ofProvider ? 'answers-how answers-error' : 'answers-how'}
            aria-invalid={says && !ofAll && !ofProvider ? true : undefined}
          />
        </div>
        {says && !ofAll && !ofProvider ? (
          <Alert id="answers-error" color="red" role="alert" variant="light">
            {says}
          </Alert>
        ) : null}
        <div>
          <Button type="submit">{t('cycle:answers.submit')}</Button>
        </div>
      </Form>
    </>
  )
}

/** Files given on this page, each with its state and a page of its own. */
function Given({ rows }: { rows: readonly GivenRow[] }) {
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <>
      {rows.some(isOpen) ? <Follow /> : null}
      <Table
        caption={t('cycle:given.title')}
        quietCaption
        rows={rows}
        keyOf={row => row.id}
        empty=""
        columns={[
          {
            key: 'name',
            label: t('cycle:given.file'),
            text: row => row.name,
            cell: row => (
              <Link to={`/console/payments/answers/${row.id}`}>
                <bdi>{row.name}</bdi>
              </Link>
            ),
          },
          { key: 'state', label: t('cycle:given.stateIs'), text: () => '', cell: row => <GivenBadge given={row} /> },
          { key: 'provider', label: t('console:column.provider'), text: row => row.providerName },
          { key: 'at', label: t('cycle:given.at'), text: row => format.instant(row.givenAt) },
          { key: 'by', label: t('cycle:given.by'), text: row => row.givenBy, cell: row => <bdi>{row.givenBy}</bdi> },
          { key: 'size', label: t('cycle:given.size'), numeric: true, text: row => sizeText(row.size, speech) },
        ]}
      />
      {rows.some(isOpen) ? (
        <p>
          <Link to="">{t('cycle:given.lookAgain')}</Link>
        </p>
      ) : null}
    </>
  )
}

function Files({ rows }: { rows: AnswersPage['files'] }) {
  const { t, format } = useSpeech()
  type Row = AnswersPage['files'][number]
  return (
    <Table
      caption={t('cycle:answers.taken')}
      quietCaption
      rows={rows}
      keyOf={row => row.id}
      empty={t('cycle:answers.none')}
      columns={[
        { key: 'at', label: t('cycle:answers.at'), text: row => format.instant(row.at) },
        { key: 'provider', label: t('console:column.provider'), text: row => row.provider },
        {
          key: 'format',
          label: t('cycle:answers.kind'),
          text: row => row.format,
          cell: row => <bdi>{row.format}</bdi>,
        },
        ...BROUGHT.map(each => ({
          key: each,
          label: t(`cycle:answers.count.${each}`),
          numeric: true,
          text: (row: Row) => format.number(row[each]),
        })),
      ]}
    />
  )
}
