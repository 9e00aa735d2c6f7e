import { Alert, Button, NativeSelect } from '@mantine/core'
import { data, Form, Link, useActionData, useLoaderData } from 'react-router'
import type { ImportedAnswers } from '#payments'
import type { AnswersPage } from '../cycle-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { BrokenForm, readComingFile } from '../multipart.ts'
import { useSpeech } from '../speech-context.tsx'
import { StepRefused } from './budget-forms.tsx'
import { guarded } from './guard.ts'
import { Heading, Section } from './parts.tsx'
import { PaymentTabs } from './payment-tabs.tsx'
import { Table } from './table.tsx'

export const loader = guarded('payment_run.read', async ({ context }) => {
  const page = await doorsOf(context).console.answers(staffOf(context))
  return { page: page && inTimeOf(context, page) }
})

type Answered =
  | { readonly provider: string; readonly taken: ImportedAnswers }
  | { readonly provider: string; readonly refusal: { readonly code: string } }

/** Takes a file of answers. The same bytes again change nothing: the page that says what came of it may be sent again. */
export const action = guarded('payment_run.send', async ({ request, context }) => {
  const refused = (provider: string, refusal: { readonly code: string }) =>
    data<Answered>({ provider, refusal }, { status: 422 })
  if (!request.body) return refused('', { code: 'form_malformed' })
  const coming = await readComingFile(request.headers.get('content-type') ?? '', request.body)
  if (!coming.ok) return refused('', coming.refusal)
  const provider = coming.value.fields.provider ?? ''
  const { bytes } = coming.value
  try {
    const taken = await doorsOf(context).console.takeAnswers(staffOf(context), { provider, bytes })
    return taken.ok ? data<Answered>({ provider, taken: taken.value }) : refused(provider, taken.refusal)
  } catch (error) {
    if (error instanceof BrokenForm) return refused(provider, { code: 'form_malformed' })
    throw error
  }
})

/** What providers answered: files taken, and the next one to take. */
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
  const { t } = useSpeech()
  const answer = useActionData<typeof action>()
  const refusal = answer && 'refusal' in answer ? answer.refusal : undefined
  const says = refusal ? t(`cycle:answers.refusal.${refusal.code}`, factsOf(refusal)) : undefined
  const ofProvider = refusal?.code === 'provider_unknown'
  const ofAll = refusal?.code === 'second_factor_required' || refusal?.code === 'not_granted'
  return (
    <>
      {answer && 'taken' in answer ? <Taken taken={answer.taken} /> : null}
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

/** Figures and texts of a refusal, for its sentence. */
function factsOf(refusal: object): Record<string, string> {
  const empty = { line: '', column: '', text: '', found: '', limit: '', known: '', references: '', at: '' }
  const said = Object.entries(refusal).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : String(value).slice(0, 200),
  ])
  return { ...empty, endToEndId: '', currency: '', format: '', message: '', ...Object.fromEntries(said) }
}

const BROUGHT = ['lines', 'confirmed', 'returned', 'reversed', 'exceptions'] as const

function Taken({ taken }: { taken: ImportedAnswers }) {
  const { t, format } = useSpeech()
  return (
    <div role="status" className="notice-line">
      <p>{t(`cycle:answers.now.${taken.taken}`)}</p>
      <ul>
        {BROUGHT.map(each => (
          <li key={each}>
            {t(`cycle:answers.count.${each}`)} {format.number(taken[each])}
          </li>
        ))}
      </ul>
      {taken.exceptions > 0 ? (
        <p>
          <Link to="/console/payments/exceptions">{t('cycle:answers.look')}</Link>
        </p>
      ) : null}
    </div>
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
