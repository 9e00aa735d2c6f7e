import { Alert, Button, NativeSelect, TextInput } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import type { FeedForm } from '../feed-door.ts'
import { doorsOf, staffOf } from '../load-context.ts'
import { readComingFile } from '../multipart.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { Heading, Section } from './parts.tsx'
import './conditions.css'

export const loader = guarded('feed.write', async ({ context }) => {
  const page = await doorsOf(context).console.feeds(staffOf(context), 1)
  if (!page) throw new Response(null, { status: 404 })
  return { form: page.form }
})

type Said = { readonly kind: string; readonly source: string; readonly month: string }
type Refused = { readonly said: Said; readonly refusal: { readonly code: string } }

/** Takes the file as it comes. The same bytes again change nothing: the page that says what came of it may be sent again. */
export const action = guarded('feed.write', async ({ request, context }) => {
  const refused = (said: Said, refusal: Refused['refusal']) => data<Refused>({ said, refusal }, { status: 422 })
  const nothing = { kind: '', source: '', month: '' }
  if (!request.body) return refused(nothing, { code: 'form_malformed' })
  const coming = await readComingFile(request.headers.get('content-type') ?? '', request.body)
  if (!coming.ok) return refused(nothing, coming.refusal)
  const { fields, name, bytes } = coming.value
  const said = { kind: fields.kind ?? '', source: fields.source ?? '', month: fields.month ?? '' }
  const taken = await doorsOf(context).console.giveFeed(staffOf(context), { ...said, name, bytes })
  if (!taken.ok) return refused(said, taken.refusal)
  return redirect(`/console/feeds/${taken.value.id}?${taken.value.came}`, { status: 303 })
})

/** A file of another register: what tells, for which month, and the columns that it may have. */
export default function FeedNew() {
  const { form } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  return (
    <>
      <Heading title={t('feeds:give')} over={<Link to="/console/feeds">{t('feeds:title')}</Link>} />
      <p className="soft narrow">{t('feeds:giveWhat')}</p>
      {form.kinds.length === 0 ? <p className="empty">{t('feeds:noKind')}</p> : <Give form={form} />}
      {form.kinds.map(each => (
        <Columns key={each.kind} of={each} />
      ))}
    </>
  )
}

const OF_FIELD: Readonly<Record<string, 'kind' | 'source' | 'month'>> = {
  kind_unknown: 'kind',
  feed_unknown: 'kind',
  source_malformed: 'source',
  month_malformed: 'month',
}

function Give({ form }: { form: FeedForm }) {
  const { t } = useSpeech()
  const given = useActionData<typeof action>()
  const refusal = given?.refusal
  const says = refusal ? t(`feeds:refusal.${refusal.code}`, factsOf(refusal)) : undefined
  const field = refusal ? OF_FIELD[refusal.code] : undefined
  const ofFile = says !== undefined && field === undefined
  const errorOf = (name: typeof field) => (field === name ? says : undefined)
  return (
    // A file leaves by the browser itself: no script repeats what it sends. The file comes last.
    <Form method="post" encType="multipart/form-data" className="narrow stack" reloadDocument>
      <NativeSelect
        name="kind"
        label={t('feeds:field.kind')}
        defaultValue={given?.said.kind || undefined}
        error={errorOf('kind')}
        data={form.kinds.map(({ kind }) => ({ value: kind, label: t(`feeds:kind.${kind}`) }))}
      />
      <TextInput
        name="source"
        label={t('feeds:field.source')}
        description={t('feeds:field.sourceHow')}
        defaultValue={given?.said.source ?? form.sources[0] ?? ''}
        error={errorOf('source')}
        required
        maxLength={60}
        dir="ltr"
        list="feed-sources"
      />
      <datalist id="feed-sources">
        {form.sources.map(each => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <TextInput
        type="month"
        name="month"
        label={t('feeds:field.month')}
        description={t('feeds:field.monthHow')}
        defaultValue={given?.said.month ?? ''}
        error={errorOf('month')}
      />
      <div className="declaration-file">
        <label htmlFor="feed-file">{t('feeds:field.file')}</label>
        <span id="feed-how" className="soft">
          {t('feeds:field.fileHow')}
        </span>
        <input
          id="feed-file"
          type="file"
          name="file"
          accept=".csv,.txt,text/csv"
          required
          aria-describedby={ofFile ? 'feed-how feed-error' : 'feed-how'}
          aria-invalid={ofFile ? true : undefined}
        />
      </div>
      {ofFile ? (
        <Alert id="feed-error" color="red" role="alert" variant="light">
          {says}
        </Alert>
      ) : null}
      <div>
        <Button type="submit">{t('feeds:submit')}</Button>
      </div>
    </Form>
  )
}

/** Figures and texts of a refusal, for its sentence. */
function factsOf(refusal: object): Record<string, string> {
  const said = Object.entries(refusal).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(each => each || '–').join(', ') : String(value).slice(0, 200),
  ])
  return { columns: '', known: '', row: '', source: '', ...Object.fromEntries(said) }
}

/** Every column that such a file may have, for whoever makes it. */
function Columns({ of }: { of: FeedForm['kinds'][number] }) {
  const { t, say } = useSpeech()
  return (
    <Section title={t(`feeds:columnsOf.${of.kind}`)}>
      <p className="soft narrow">{t('feeds:columnsHow')}</p>
      <dl className="pairs">
        {of.columns.map(({ name, label, monthly }) => (
          <div key={name} className="pair">
            <dt>
              <code dir="ltr">{name}</code>
            </dt>
            <dd>{label ? `${say(label)} · ${t(`feeds:holds.${monthly}`)}` : t(`feeds:about.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}
