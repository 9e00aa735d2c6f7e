import { Button, NativeSelect, TextInput } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import type { LimitRow, LimitsPage } from '../limit-door.ts'
import { doorsOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { StepRefused } from './budget-forms.tsx'
import { guarded } from './guard.ts'
import { Heading, Section } from './parts.tsx'
import { PaymentTabs } from './payment-tabs.tsx'
import { Table } from './table.tsx'

const DONE = ['said', 'agreed'] as const

export const loader = guarded('staff.read', async ({ request, context }) => {
  const page = await doorsOf(context).console.limits(staffOf(context))
  const done = new URL(request.url).searchParams.get('done')
  return { page, done, id: newId<'approval-limit'>() as string }
})

export const action = guarded('staff.grant', async ({ request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const { console: doors } = doorsOf(context)
  const back = (done: string) => redirect(`/console/payments/limits?done=${done}`, { status: 303 })
  const asked = { limit: said('limit'), role: said('role'), amount: said('amount'), from: said('from') }
  const id = parseId<'approval-limit'>(asked.limit)
  if (!id) throw new Response(null, { status: 400 })
  switch (said('do')) {
    case 'say': {
      const done = await doors.sayLimit(staffOf(context), { id, ...asked })
      return done.ok ? back('said') : data({ do: 'say' as const, ...asked, code: done.refusal.code }, { status: 422 })
    }
    case 'agree': {
      const done = await doors.agreeToLimit(staffOf(context), asked.limit)
      return done.ok
        ? back('agreed')
        : data({ do: 'agree' as const, ...asked, code: done.refusal.code }, { status: 422 })
    }
  }
  throw new Response(null, { status: 400 })
})

/** Up to which sum each role approves runs, since when, and what waits for a second person. */
export default function Limits() {
  const { page, done: said, id } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  const done = DONE.find(each => each === said)
  return (
    <>
      <Heading
        title={t('cycle:limit.title')}
        over={<Link to="/console/payments">{t('console:payments.title')}</Link>}
      />
      <PaymentTabs />
      {done ? (
        <p role="status" className="notice-line">
          {t(`cycle:limit.done.${done}`)}
        </p>
      ) : null}
      <p className="soft">{t('cycle:limit.what')}</p>
      {page ? <LimitParts page={page} id={id} /> : <p className="empty">{t('books:wholeCountry')}</p>}
    </>
  )
}

function LimitParts({ page, id }: { page: LimitsPage; id: string }) {
  const { t } = useSpeech()
  const waiting = page.rows.filter(({ state }) => state === 'waiting')
  return (
    <>
      {waiting.length > 0 ? (
        <Section title={t('cycle:limit.waiting')}>
          {waiting.map(row => (
            <Waiting key={row.id} row={row} maySay={page.maySay} />
          ))}
        </Section>
      ) : null}
      <Section title={t('cycle:limit.list')}>
        <LimitTable rows={page.rows.filter(({ state }) => state !== 'waiting')} />
      </Section>
      {page.maySay ? (
        <Section title={t('cycle:limit.say')}>
          <Say page={page} id={id} />
        </Section>
      ) : null}
    </>
  )
}

const tones = { waiting: 'doubt', to_come: 'plain', in_force: 'good', past: 'plain' } as const

function LimitTable({ rows }: { rows: readonly LimitRow[] }) {
  const { t, format } = useSpeech()
  return (
    <Table
      caption={t('cycle:limit.list')}
      quietCaption
      rows={rows}
      keyOf={row => row.id}
      empty={t('cycle:limit.none')}
      columns={[
        { key: 'role', label: t('cycle:limit.role'), text: row => t(`staff:role.${row.role}`) },
        { key: 'amount', label: t('cycle:limit.amount'), numeric: true, text: row => format.money(row.amount) },
        { key: 'from', label: t('cycle:limit.from'), text: row => format.date(row.from) },
        {
          key: 'state',
          label: t('console:column.state'),
          text: row => t(`cycle:limit.state.${row.state}`),
          cell: row => <span className={`badge ${tones[row.state]}`}>{t(`cycle:limit.state.${row.state}`)}</span>,
        },
      ]}
    />
  )
}

/** A limit that one person said: another agrees, and it holds from its day. */
function Waiting({ row, maySay }: { row: LimitRow; maySay: boolean }) {
  const { t, format } = useSpeech()
  const answer = useActionData<typeof action>()
  const refused = answer?.do === 'agree' && answer.limit === row.id ? answer : undefined
  const id = `limit-${row.id}`
  return (
    <article className="anomaly" aria-labelledby={id}>
      <h3 id={id}>
        {t('cycle:limit.asked', {
          role: t(`staff:role.${row.role}`),
          amount: format.money(row.amount),
          date: format.date(row.from),
        })}
      </h3>
      {row.own ? (
        <p className="soft">{t('cycle:limit.refusal.limit_is_own')}</p>
      ) : maySay ? (
        <Form method="post" className="decide">
          {refused ? <StepRefused says={t(`cycle:limit.refusal.${refused.code}`)} code={refused.code} /> : null}
          <input type="hidden" name="limit" value={row.id} />
          <Button type="submit" name="do" value="agree">
            {t('cycle:limit.agree')}
          </Button>
        </Form>
      ) : null}
    </article>
  )
}

type Field = 'role' | 'amount' | 'from' | 'all'

function fieldOf(code: string): Field {
  if (code === 'role_approves_nothing') return 'role'
  if (code === 'amount_malformed') return 'amount'
  return code.startsWith('day_') ? 'from' : 'all'
}

function Say({ page, id }: { page: LimitsPage; id: string }) {
  const { t } = useSpeech()
  const answer = useActionData<typeof action>()
  const refused = answer?.do === 'say' ? answer : undefined
  const says = (field: Field) =>
    refused && fieldOf(refused.code) === field ? t(`cycle:limit.refusal.${refused.code}`) : undefined
  const all = says('all')
  return (
    <Form method="post" className="narrow stack">
      {all && refused ? <StepRefused says={all} code={refused.code} /> : null}
      <input type="hidden" name="limit" value={refused?.limit ?? id} />
      <NativeSelect
        name="role"
        label={t('cycle:limit.role')}
        defaultValue={refused?.role ?? page.roles[0] ?? ''}
        error={says('role')}
        data={page.roles.map(role => ({ value: role, label: t(`staff:role.${role}`) }))}
      />
      <TextInput
        name="amount"
        label={t('cycle:limit.upTo', { currency: page.currency })}
        inputMode="decimal"
        defaultValue={refused?.amount ?? ''}
        error={says('amount')}
        dir="ltr"
      />
      <TextInput
        name="from"
        type="date"
        label={t('cycle:limit.from')}
        defaultValue={refused?.from ?? page.today}
        error={says('from')}
      />
      <div>
        <Button type="submit" name="do" value="say">
          {t('cycle:limit.submit')}
        </Button>
      </div>
    </Form>
  )
}
