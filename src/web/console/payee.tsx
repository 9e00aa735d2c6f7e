import { Alert, Button, NativeSelect } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import { accessOf, doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { AccountRow, PayeePage } from '../payee-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { nameText, placeText } from './names.ts'
import { Heading, Pair, Section } from './parts.tsx'
import { RecordAccount } from './payee-form.tsx'

const DONE = ['recorded', 'verified'] as const

export const loader = guarded('payment.read', async ({ params, request, context }) => {
  const id = parseId<'Person'>(params.id ?? '')
  const page = id && (await doorsOf(context).console.payee(staffOf(context), id))
  if (!page) throw new Response(null, { status: 404 })
  const done = new URL(request.url).searchParams.get('done')
  // Made before it is sent: sent twice, it is one account.
  return { ...inTimeOf(context, page), account: newId<'payee-account'>() as string, done }
})

export const action = guarded('payment.read', async ({ params, request, context }) => {
  const id = parseId<'Person'>(params.id ?? '')
  if (!id) throw new Response(null, { status: 404 })
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const { console: doors } = doorsOf(context)
  const reader = staffOf(context)
  const back = (done: string) => redirect(`/console/persons/${id}/accounts?done=${done}`, { status: 303 })
  const held = accessOf(context).permissions
  switch (said('do')) {
    case 'record': {
      const account = parseId<'payee-account'>(said('account'))
      if (!account || !held.includes('payee_account.write')) throw new Response(null, { status: 404 })
      const asked = { id: account, provider: said('provider'), number: said('number').slice(0, 60), from: said('from') }
      const recorded = await doors.recordAccount(reader, id, asked)
      if (!recorded) throw new Response(null, { status: 404 })
      return recorded.ok
        ? back('recorded')
        : data({ do: 'record' as const, asked, refusal: recorded.refusal }, { status: 422 })
    }
    case 'verify': {
      if (!held.includes('payee_account.verify')) throw new Response(null, { status: 404 })
      const asked = { account: said('account'), means: said('means') }
      const verified = await doors.verifyAccount(reader, id, asked)
      if (!verified) throw new Response(null, { status: 404 })
      return verified.ok
        ? back('verified')
        : data({ do: 'verify' as const, account: asked.account, code: verified.refusal.code }, { status: 422 })
    }
  }
  throw new Response(null, { status: 400 })
})

/** Where a person is paid, with every account before; recorded by one, seen to be the person's by another. */
export default function Payee() {
  const page = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t } = speech
  const done = DONE.find(each => each === page.done)
  return (
    <>
      <Heading title={t('payee:title', { name: nameText(page.name, speech) })} over={<Over page={page} />} />
      {done ? (
        <p role="status" className="notice-line">
          {t(`payee:done.${done}`, { count: page.coolingDays, number: speech.format.number(page.coolingDays) })}
        </p>
      ) : null}
      <p className="soft">{t('payee:what')}</p>
      <Section title={t('payee:accounts')}>
        {page.accounts.length === 0 ? <p className="empty">{t('payee:none')}</p> : null}
        {page.accounts.map(row => (
          <Account key={row.id} row={row} page={page} />
        ))}
      </Section>
      {page.mayWrite ? (
        <Section title={page.accounts.length === 0 ? t('payee:add') : t('payee:change')}>
          <RecordAccount page={page} id={page.account} />
        </Section>
      ) : null}
    </>
  )
}

function Over({ page }: { page: PayeePage }) {
  const speech = useSpeech()
  return (
    <>
      <Link to={`/console/persons/${page.id}`}>{nameText(page.name, speech)}</Link>
      {page.households.map(({ id, sourceId }) => (
        <span key={id}>
          {' · '}
          <Link to={`/console/households/${id}`}>
            <bdi>{sourceId}</bdi>
          </Link>
        </span>
      ))}
      {' · '}
      {placeText(page.territory, speech)}
    </>
  )
}

/** What is said of an account beside its number: what it is for runs today. */
function stateOf(row: AccountRow, today: string): 'in_force' | 'to_come' | 'past' {
  if (row.inForce) return 'in_force'
  return row.validFrom > today ? 'to_come' : 'past'
}

const tones = { in_force: 'good', to_come: 'plain', past: 'plain' } as const

function Account({ row, page }: { row: AccountRow; page: PayeePage }) {
  const { t, format } = useSpeech()
  const state = stateOf(row, page.today)
  const id = `account-${row.id}`
  const hasNumber = row.kind === 'bank' || row.kind === 'mobile'
  return (
    <article className="anomaly" aria-labelledby={id}>
      <h3 id={id}>
        {t(`payee:kind.${row.kind}`)}
        {row.provider ? (
          <>
            {' · '}
            <bdi>{row.provider}</bdi>
          </>
        ) : null}{' '}
        {row.numberEnd ? <bdi className="number">{t('payee:ends', { end: row.numberEnd })}</bdi> : null}{' '}
        <span className={`badge ${tones[state]}`}>{t(`payee:state.${state}`)}</span>{' '}
        {hasNumber && state !== 'past' ? (
          <span className={`badge ${row.verified ? 'good' : 'doubt'}`}>
            {row.verified ? t('payee:verified') : t('payee:unverified')}
          </span>
        ) : null}
      </h3>
      <dl className="pairs">
        <Pair label={t('payee:from')} text={format.date(row.validFrom)} />
        <Pair label={t('payee:recorded')} text={format.instant(row.recordedAt)} />
        {row.coolsUntil ? (
          <Pair label={t('payee:cools')} text={t('payee:coolsUntil', { date: format.date(row.coolsUntil) })} />
        ) : null}
        {row.verified ? (
          <Pair
            label={t('payee:seen')}
            text={`${t(`payee:means.${row.verified.means}`)} · ${row.verified.byName} · ${format.instant(row.verified.at)}`}
          />
        ) : null}
      </dl>
      {hasNumber && state !== 'past' && !row.verified && page.mayVerify ? <Verify row={row} /> : null}
    </article>
  )
}

const MEANS = ['holder_paper', 'provider_answer', 'payee_call'] as const

/** The second person's word; who recorded the account reads why it is not theirs. */
function Verify({ row }: { row: AccountRow }) {
  const { t } = useSpeech()
  const answer = useActionData<typeof action>()
  const refused = answer?.do === 'verify' && answer.account === row.id ? answer.code : undefined
  if (row.own) return <p className="soft">{t('payee:verifying.account_is_own')}</p>
  return (
    <Form method="post" className="decide">
      {refused ? (
        <Alert color="red" role="alert" variant="light">
          {t(`payee:verifying.${refused}`)}
        </Alert>
      ) : null}
      <input type="hidden" name="account" value={row.id} />
      <NativeSelect
        id={`means-${row.id}`}
        name="means"
        label={t('payee:verifyBy')}
        data={MEANS.map(value => ({ value, label: t(`payee:means.${value}`) }))}
      />
      <Button type="submit" name="do" value="verify" variant="default">
        {t('payee:verify')}
      </Button>
    </Form>
  )
}
