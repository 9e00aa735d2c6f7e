import { NativeSelect, TextInput } from '@mantine/core'
import { data, redirect, useActionData, useLoaderData } from 'react-router'
import { type Currency, moneyText, newId, parseDate, parseId, parseMonth } from '#kernel'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { OverpaidPage } from '../overpaid-door.ts'
import type { ActionArgs } from '../route.ts'
import type { Speech } from '../speech.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded, openUnlessTooClose } from './guard.ts'
import { Done, HouseholdHeading, Section } from './parts.tsx'
import { ProposeForm } from './propose-form.tsx'
import { saidIn } from './said-in.ts'

export const loader = guarded('determination.read', async ({ params, request, context }) => {
  const id = parseId<'Household'>(params.id ?? '')
  if (id) await openUnlessTooClose(context, id)
  const page = id && (await doorsOf(context).console.overpaidPage(staffOf(context), id))
  if (!page) throw new Response(null, { status: 404 })
  const settlement = newId<'Proposal'>() as string
  return { ...inTimeOf(context, page), settlement, done: new URL(request.url).searchParams.has('proposed') }
})

type Field = 'over' | 'amount' | 'received' | 'receipt' | 'says'

export const action = guarded('determination.read', async ({ params, request, context }: ActionArgs) => {
  const household = parseId<'Household'>(params.id ?? '')
  if (!household) throw new Response(null, { status: 404 })
  await openUnlessTooClose(context, household)
  const form = await request.formData()
  const said = saidIn(form)
  const answers = {
    id: said('id'),
    over: said('over'),
    settled: said('settled'),
    amount: said('amount'),
    received: said('received'),
    receipt: said('receipt'),
    says: said('says'),
  }
  const [pack = '', typed = ''] = answers.over.split(' ')
  const id = parseId<'Proposal'>(answers.id)
  const month = parseMonth(typed)
  const settled = (['refunded', 'written_off'] as const).find(each => each === answers.settled)
  const refused = (refusal: object & { readonly code: string }) =>
    data({ answers, refusal: facts(refusal) }, { status: 422 })
  if (!id || !settled) throw new Response(null, { status: 400 })
  if (!month) return refused({ code: 'month_missing' })
  const given = settled === 'refunded'
  const answer = await doorsOf(context).console.proposeSettlement(staffOf(context), {
    id,
    household,
    pack,
    month,
    settled,
    amount: answers.amount,
    receivedOn: given ? (parseDate(answers.received) ?? null) : null,
    receipt: given ? answers.receipt : null,
    says: answers.says,
  })
  if (answer.ok) return redirect(`/console/households/${household}/overpaid?proposed`, { status: 303 })
  return refused(answer.refusal)
})

/** What of a refusal travels: money as text, since the wire has no big integers. */
function facts(refusal: { readonly code: string }) {
  const { limit, most, currency } = refusal as { limit?: bigint; most?: number; currency?: Currency }
  const money = limit !== undefined && currency ? { value: moneyText({ minor: limit, currency }), currency } : undefined
  return { code: refusal.code, money, most }
}

const FIELDS: Readonly<Record<string, Field>> = {
  month_missing: 'over',
  nothing_overpaid: 'over',
  amount_malformed: 'amount',
  amount_missing: 'amount',
  more_than_held: 'amount',
  day_missing: 'received',
  in_future: 'received',
  receipt_missing: 'receipt',
  receipt_too_long: 'receipt',
  motive_missing: 'says',
  motive_too_long: 'says',
}

/** What a household was paid without a right to it: month by month, how it was settled, and the form by which two persons settle it. */
export default function Overpaid() {
  const page = useLoaderData<typeof loader>()
  const { t, say, format } = useSpeech()
  return (
    <>
      <HouseholdHeading title={t('receiving:overpaid.title')} household={page.household} sourceId={page.sourceId} />
      {page.done ? <Done says={t('receiving:proposed')} /> : null}
      <Section title={t('receiving:overpaid.open')}>
        {page.rows.length === 0 ? <p className="empty">{t('receiving:overpaid.none')}</p> : null}
        <ul className="plain-list">
          {page.rows.map(row => (
            <li key={row.pack + row.month}>
              {say(row.name)} · {format.month(row.month)} · <strong>{format.money(row.outstanding)}</strong>{' '}
              <span className="soft">{t('receiving:overpaid.held', { amount: format.money(row.held) })}</span>
            </li>
          ))}
        </ul>
      </Section>
      {page.settled.length > 0 ? (
        <Section title={t('receiving:overpaid.settled')}>
          <ol className="history">
            {page.settled.map(row => (
              <li key={row.key}>
                {t(`receiving:overpaid.${row.what}`)} <strong>{format.money(row.amount)}</strong>{' '}
                <span className="soft">
                  {say(row.name)} · {format.month(row.month)}
                  {row.receivedOn && row.receipt
                    ? ` · ${t('receiving:overpaid.receiptOf', { number: row.receipt, date: format.date(row.receivedOn) })}`
                    : ''}
                </span>
                <q>{row.reason}</q>
              </li>
            ))}
          </ol>
        </Section>
      ) : null}
      {page.mayDecide && page.rows.length > 0 ? (
        <Section title={t('receiving:overpaid.propose')}>
          <p className="soft narrow">{t('receiving:overpaid.what')}</p>
          <Settle page={page} />
        </Section>
      ) : null}
    </>
  )
}

function Settle({ page }: { page: OverpaidPage & { readonly settlement: string } }) {
  const given = useActionData<typeof action>()
  const speech = useSpeech()
  const { t, say, format } = speech
  const { answers } = given ?? {}
  const at = given && FIELDS[given.refusal.code]
  const error = (field: Field) => (given && at === field ? refusalText(given.refusal, speech) : undefined)
  return (
    <ProposeForm
      id={{ name: 'id', value: answers?.id || page.settlement }}
      refused={given && at === undefined ? refusalText(given.refusal, speech) : undefined}
      says={{ label: t('receiving:overpaid.says'), typed: answers?.says, error: error('says') }}
    >
      <NativeSelect
        name="over"
        label={t('receiving:overpaid.month')}
        defaultValue={answers?.over}
        error={error('over')}
        data={page.rows.map(row => ({
          value: `${row.pack} ${row.month}`,
          label: `${say(row.name)} · ${format.month(row.month)} · ${format.money(row.outstanding)}`,
        }))}
      />
      <NativeSelect
        name="settled"
        label={t('receiving:overpaid.how')}
        defaultValue={answers?.settled ?? 'refunded'}
        data={(['refunded', 'written_off'] as const).map(value => ({ value, label: t(`receiving:overpaid.${value}`) }))}
      />
      <TextInput
        name="amount"
        inputMode="decimal"
        label={t('receiving:overpaid.amount')}
        defaultValue={answers?.amount ?? ''}
        error={error('amount')}
      />
      <TextInput
        type="date"
        name="received"
        label={t('receiving:overpaid.received')}
        description={t('receiving:overpaid.receivedHow')}
        defaultValue={answers?.received ?? ''}
        error={error('received')}
      />
      <TextInput
        name="receipt"
        label={t('receiving:overpaid.receipt')}
        defaultValue={answers?.receipt ?? ''}
        error={error('receipt')}
        maxLength={80}
        autoComplete="off"
      />
    </ProposeForm>
  )
}

function refusalText(refusal: ReturnType<typeof facts>, { t, format }: Speech): string {
  return t(`receiving:overpaid.refusal.${refusal.code}`, {
    number: refusal.money ? format.money(refusal.money) : refusal.most === undefined ? '' : format.number(refusal.most),
  })
}
