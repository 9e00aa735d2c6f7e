import { Alert, Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { documentKinds } from '../person-answers.ts'
import type { CorrectionRow, CorrectionsPage, ToldValue } from '../personal-data.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { fieldText, valueText } from './correction-text.ts'
import { guarded } from './guard.ts'
import { useMay } from './may.ts'
import { nameText } from './names.ts'
import { Heading, Section } from './parts.tsx'

export const loader = guarded('household.read', async ({ params, request, context }: LoaderArgs) => {
  const id = parseId<'Household'>(params.id ?? '')
  const { searchParams } = new URL(request.url)
  const chosen = searchParams.get('field') ?? undefined
  const page = id && (await doorsOf(context).console.corrections(staffOf(context), id, chosen))
  if (!page) throw new Response(null, { status: 404 })
  // The id of a request is made before it is sent: sent twice, it is recorded once.
  return inTimeOf(context, { ...page, request: newId<'Rectification'>(), sent: searchParams.has('sent') })
})

const outcomes = ['accepted', 'refused'] as const

/** Asks (household.write) or answers (personal_data.correct): the doors hold who may which. */
export const action = guarded('household.read', async ({ params, request, context }: ActionArgs) => {
  const household = parseId<'Household'>(params.id ?? '')
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const id = parseId<'Rectification'>(said('request'))
  if (!household || !id) throw new Response(null, { status: 400 })
  const doors = doorsOf(context).console
  const outcome = outcomes.find(each => each === said('outcome'))
  if (outcome) {
    const [motive, shown] = [said('motive').replaceAll('\r\n', '\n'), said('shown')]
    const answer = await doors.answerCorrection(staffOf(context), { household, id, outcome, motive, shown })
    if (!answer) throw new Response(null, { status: 404 })
    if (answer.ok) return redirect(`/console/households/${household}/corrections#${id}`, { status: 303 })
    return data({ request: id as string, code: answer.refusal.code, value: '', says: motive, shown }, { status: 422 })
  }
  const [field = '', person] = said('field').split('|', 2)
  const [kind, typed] = [said('kind'), said('value').trim()]
  const value = kind === '' ? typed : `${kind} ${typed}`
  const asked = { field, person: person ?? null, value, says: said('says').replaceAll('\r\n', '\n') }
  const answer = await doors.askCorrection(staffOf(context), { id, household, ...asked })
  if (!answer) throw new Response(null, { status: 404 })
  if (answer.ok) return redirect(`/console/households/${household}/corrections?sent#${id}`, { status: 303 })
  return data({ request: '', code: answer.refusal.code, value: typed, says: asked.says, shown: '' }, { status: 422 })
})

/** Requests to put a household's data right, the answers to them, and the file that the person may take away. */
export default function Corrections() {
  const page = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t } = speech
  const may = useMay()
  const home = `/console/households/${page.household}`
  return (
    <>
      <Heading
        title={t('privacy:correction.title')}
        over={<Link to={home}>{nameText(page.head, speech) || <bdi>{page.sourceId}</bdi>}</Link>}
      />
      <p className="soft">{t('privacy:correction.what')}</p>
      {page.sent ? <p role="status">{t('privacy:correction.sent')}</p> : null}
      {may('household.write') ? <Ask page={page} request={page.request} /> : null}
      <Section title={t('privacy:correction.requests')}>
        {page.requests.length === 0 ? <p className="empty">{t('privacy:correction.none')}</p> : null}
        {page.requests.map(row => (
          <Request key={row.id} row={row} />
        ))}
      </Section>
      {may('personal_data.read') ? (
        <Section title={t('privacy:file.get')}>
          <p>{t('privacy:file.says')}</p>
          <ul>
            <li>
              <Link to={`${home}/file.html`} reloadDocument download>
                {t('privacy:file.html')}
              </Link>
            </li>
            <li>
              <Link to={`${home}/file.json`} reloadDocument download>
                {t('privacy:file.json')}
              </Link>
            </li>
          </ul>
        </Section>
      ) : null}
    </>
  )
}

/** First what, then which value: the second step has the input of that fact. */
function Ask({ page, request }: { page: CorrectionsPage; request: string }) {
  const speech = useSpeech()
  const { t } = speech
  const { chosen } = page
  return (
    <Section title={t('privacy:correction.open')}>
      <Form method="get" className="narrow stack">
        <NativeSelect
          key={chosen?.value ?? ''}
          name="field"
          label={t('privacy:correction.field')}
          defaultValue={chosen?.value ?? ''}
          data={[
            { value: '', label: t('privacy:correction.choose') },
            ...page.groups.map(({ member, options }) => ({
              group: member ? nameText(member, speech) : t('privacy:correction.ofHousehold'),
              items: options.map(({ value, field }) => ({ value, label: fieldText(field, speech) })),
            })),
          ]}
        />
        <div>
          <Button type="submit" variant="default">
            {t('privacy:correction.next')}
          </Button>
        </div>
      </Form>
      {chosen ? <Value chosen={chosen} request={request} /> : null}
    </Section>
  )
}

function Value({ chosen, request }: { chosen: NonNullable<CorrectionsPage['chosen']>; request: string }) {
  const speech = useSpeech()
  const { t, say } = speech
  const answer = useActionData<typeof action>()
  const refused = answer && answer.request === '' ? answer : undefined
  const who = chosen.member ? `${nameText(chosen.member, speech)} · ` : ''
  const label = t('privacy:correction.value')
  const known = { label: t('privacy:correction.unknown'), value: '' }
  const choices =
    chosen.input === 'code'
      ? chosen.codes.map(({ code, words }) => ({ value: code, label: say(words) }))
      : [
          { value: 'true', label: t('console:yes') },
          { value: 'false', label: t('console:no') },
        ]
  return (
    <Form method="post" className="narrow stack correction-value" key={chosen.value}>
      <h3>
        {who}
        {fieldText(chosen.field, speech)}
      </h3>
      <p>
        {t('privacy:file.column.value_before')} <strong>{valueText(chosen.now, speech)}</strong>
      </p>
      {chosen.told ? (
        <p>
          <Told told={chosen.told} />
        </p>
      ) : null}
      {refused ? <Refused code={refused.code} /> : null}
      <input type="hidden" name="request" value={request} />
      <input type="hidden" name="field" value={chosen.value} />
      {chosen.input === 'code' || chosen.input === 'yes_no' ? (
        <NativeSelect
          name="value"
          label={label}
          data={[known, ...choices]}
          defaultValue={refused?.value ?? chosen.wire}
        />
      ) : (
        <>
          {chosen.input === 'document' ? (
            <NativeSelect
              name="kind"
              label={t('citizen:correct.documentKind')}
              data={documentKinds.map(kind => ({ value: kind, label: t(`person:document.type.${kind}`) }))}
            />
          ) : null}
          <TextInput
            name="value"
            label={label}
            type={chosen.input === 'date' ? 'date' : 'text'}
            inputMode={chosen.input === 'number' ? 'numeric' : undefined}
            maxLength={300}
            defaultValue={refused?.value ?? chosen.wire}
            autoComplete="off"
          />
        </>
      )}
      <Textarea name="says" label={t('privacy:correction.says')} maxLength={1000} defaultValue={refused?.says ?? ''} />
      <div>
        <Button type="submit">{t('privacy:correction.ask')}</Button>
      </div>
    </Form>
  )
}

function Refused({ code }: { code: string }) {
  const { t } = useSpeech()
  return (
    <Alert color="red" role="alert" variant="light">
      {t(`privacy:correction.refusal.${code}`)}
    </Alert>
  )
}

const tones = { accepted: 'good', refused: 'bad', waiting: 'doubt' } as const

/** What another register told: the value, who told it, and for when. */
function Told({ told: { value, source, month, on } }: { told: ToldValue }) {
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <>
      {t('privacy:correction.told', { source, when: month ? format.month(month) : format.date(on) })}{' '}
      <strong>{valueText(value, speech)}</strong>
    </>
  )
}

type Asked = CorrectionsPage['requests'][number]

function Request({ row }: { row: Asked }) {
  const speech = useSpeech()
  const { t, format } = speech
  const may = useMay()
  const state = row.decided ?? 'waiting'
  return (
    <article className="anomaly" id={row.id} aria-labelledby={`title-${row.id}`}>
      <h3 id={`title-${row.id}`}>
        {row.member ? `${nameText(row.member, speech)} · ` : null}
        {fieldText(row.field, speech)}{' '}
        <span className={`badge ${tones[state]}`}>{t(`privacy:correction.${state}`)}</span>
      </h3>
      <dl className="pairs">
        <div className="pair">
          <dt>{t('privacy:file.column.value_before')}</dt>
          <dd>
            {valueText(row.before, speech)}
            {row.told ? (
              <>
                <br />
                <Told told={row.told} />
              </>
            ) : null}
          </dd>
        </div>
        <div className="pair">
          <dt>{t('privacy:file.column.value_asked')}</dt>
          <dd>{valueText(row.asked, speech)}</dd>
        </div>
      </dl>
      <p className="said">{row.says}</p>
      {row.papers.length > 0 ? <Papers papers={row.papers} /> : null}
      <p className="soft">
        {row.channel === 'web'
          ? t('privacy:correction.askedOnline', { at: format.instant(row.askedAt) })
          : t('privacy:correction.asked', { name: row.askedName, at: format.instant(row.askedAt) })}
        {row.decidedAt
          ? ` · ${t('privacy:correction.decided', { name: row.decidedName, at: format.instant(row.decidedAt) })}`
          : null}
      </p>
      {row.shown ? (
        <p className="soft">
          {t('privacy:correction.shown')} <span className="said">{row.shown}</span>
        </p>
      ) : null}
      {row.motive ? <p className="said">{row.motive}</p> : null}
      {row.decided === null && may('personal_data.correct') ? <Answer row={row} /> : null}
    </article>
  )
}

/** Papers of a request: whoever answers opens them, and every opening is recorded. */
function Papers({ papers }: { papers: CorrectionRow['papers'] }) {
  const { t, format } = useSpeech()
  const may = useMay()
  return (
    <ul>
      {papers.map(({ id, name, size, scanned }) => (
        <li key={id}>
          {may('personal_data.correct') ? (
            <a href={`/console/corrections/papers/${id}`} download>
              <bdi dir="ltr">{name}</bdi>
            </a>
          ) : (
            <bdi dir="ltr">{name}</bdi>
          )}{' '}
          · {t('declaration:paper.size', { number: format.number(String(Math.ceil(size / 1024))) })}{' '}
          {scanned ? null : <span className="badge doubt">{t('declaration:paper.notScanned')}</span>}
        </li>
      ))}
    </ul>
  )
}

function Answer({ row }: { row: CorrectionRow }) {
  const { t } = useSpeech()
  const answer = useActionData<typeof action>()
  const refused = answer?.request === row.id ? answer : undefined
  if (row.own) return <p className="soft">{t('privacy:correction.refusal.own_request')}</p>
  return (
    <Form method="post" className="narrow stack">
      {refused ? <Refused code={refused.code} /> : null}
      <input type="hidden" name="request" value={row.id} />
      {row.proved ? (
        <TextInput
          name="shown"
          label={t('privacy:correction.proof')}
          description={t('privacy:correction.proofHint')}
          maxLength={300}
          autoComplete="off"
          defaultValue={refused?.shown ?? ''}
        />
      ) : null}
      <Textarea
        name="motive"
        label={t('privacy:correction.motive')}
        maxLength={1000}
        defaultValue={refused?.says ?? ''}
      />
      <div className="buttons">
        <Button type="submit" name="outcome" value="accepted">
          {t('privacy:correction.accept')}
        </Button>{' '}
        <Button type="submit" name="outcome" value="refused" variant="default">
          {t('privacy:correction.refuse')}
        </Button>
      </div>
    </Form>
  )
}
