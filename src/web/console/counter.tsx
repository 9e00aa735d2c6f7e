import { data, redirect, useActionData, useLoaderData } from 'react-router'
import { newId } from '#kernel'
import type { CounterDue, CounterFound } from '../cash-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { Heading, Section } from './parts.tsx'
import { periodText } from './payment-columns.ts'

export const loader = guarded('cash_payment.record', async ({ request, params, context }) => {
  const { searchParams } = new URL(request.url)
  const [who, year] = [searchParams.get('who')?.trim() ?? '', searchParams.get('year')?.trim() ?? '']
  const asked = who !== '' && /^\d{4}$/.test(year) ? { who: who.slice(0, 60), year } : undefined
  const page = await doorsOf(context).console.counter(staffOf(context), params.point ?? '', asked)
  if (!page) throw new Response(null, { status: 404 })
  const lacking = asked === undefined && (who !== '' || year !== '')
  const due = page.found?.is === 'due' ? page.found.due : []
  // The id of a payment is made before it is pressed: pressed twice on a slow line, it is one payment.
  return inTimeOf(context, { ...page, who, year, lacking, ids: due.map(() => newId<'cash-payment'>()) })
})

export const action = guarded('cash_payment.record', async ({ request, params, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const point = params.point ?? ''
  const asked = { point, id: said('id'), run: said('run'), position: said('position'), proof: said('proof') }
  const paid = await doorsOf(context).console.payCash(staffOf(context), asked)
  if (!paid.ok) return data(inTimeOf(context, { refusal: shownOf(paid.refusal), run: asked.run }), { status: 422 })
  return redirect(`/console/points/${encodeURIComponent(point)}/receipts/${paid.value}`, { status: 303 })
})

type Shown = { readonly code: string; readonly at?: string; readonly point?: string; readonly payment?: string }

function shownOf(refusal: {
  readonly code: string
  readonly at?: Date
  readonly point?: string
  readonly payment?: string
}): Shown {
  const { code, at, point, payment } = refusal
  return { code, ...(at && { at: at.toISOString() }), ...(point && { point }), ...(payment && { payment }) }
}

const PROOFS = ['national_id', 'passport', 'residence_card', 'family_book', 'other'] as const

/** The counter of a payment point: find, then pay. Two presses, no script needed, nothing heavy to wait for. */
export default function Counter() {
  const page = useLoaderData<typeof loader>()
  const given = useActionData<typeof action>()
  const { t, format } = useSpeech()
  const { point } = page
  return (
    <div className="counter">
      <Heading title={t('cash:counter.title')} over={<bdi>{point.name}</bdi>} />
      {point.closed ? <p className="notice-line">{t('cash:fault.point_closed')}</p> : null}
      {page.open.length === 0 ? <p className="notice-line">{t('cash:counter.noWindow')}</p> : null}
      {page.open.map(window => (
        <p key={window.label} className="soft">
          {t('cash:counter.until', { run: window.label, day: format.date(window.closesOn) })}
        </p>
      ))}
      {given ? <Refused refusal={given.refusal} point={point.id} /> : null}
      <form method="get" className="narrow stack">
        <label>
          {t('cash:counter.who')}
          <span className="soft">{t('cash:counter.whoHow')}</span>
          <input name="who" defaultValue={page.who} required maxLength={60} autoComplete="off" dir="ltr" />
        </label>
        <label>
          {t('cash:counter.year')}
          <span className="soft">{t('cash:counter.yearHow')}</span>
          <input
            name="year"
            defaultValue={page.year}
            required
            inputMode="numeric"
            pattern="[0-9]{4}"
            maxLength={4}
            autoComplete="off"
            dir="ltr"
          />
        </label>
        {page.lacking ? (
          <p role="alert" className="notice-line">
            {t('cash:counter.lacking')}
          </p>
        ) : null}
        <button type="submit">{t('cash:counter.find')}</button>
      </form>
      {page.found ? <Found found={page.found} ids={page.ids} /> : null}
    </div>
  )
}

function Refused({ refusal, point }: { refusal: Shown; point: string }) {
  const { t, format } = useSpeech()
  return (
    <div role="alert" className="notice-line">
      <p>
        {t(`cash:fault.${refusal.code}`, {
          at: refusal.at ? format.instant(refusal.at) : '',
          point: refusal.point ?? '',
        })}
      </p>
      {refusal.payment ? (
        <p>
          <a href={`/console/points/${point}/receipts/${refusal.payment}`}>{t('cash:counter.receipt')}</a>
        </p>
      ) : null}
    </div>
  )
}

function Found({ found, ids }: { found: CounterFound; ids: readonly string[] }) {
  const { t } = useSpeech()
  if (found.is !== 'due') {
    return (
      <p role="status" className="notice-line">
        {t(`cash:counter.${found.is}`)}
      </p>
    )
  }
  return found.due.map((due, index) => <Due key={due.endToEndId} due={due} id={ids[index] ?? ''} />)
}

function Due({ due, id }: { due: CounterDue; id: string }) {
  const { t, format } = useSpeech()
  return (
    <Section title={due.payeeName}>
      <p className="due-amount">{format.money(due.amount)}</p>
      <p className="soft">
        {due.label} · {due.periods.map(period => periodText(period, format)).join(', ')} ·{' '}
        <bdi className="whole">{due.endToEndId}</bdi>
      </p>
      {due.expectedAt && due.fault === null ? (
        <p className="soft">{t('cash:counter.expectedAt', { point: due.expectedAt })}</p>
      ) : null}
      {due.paid ? (
        <p className="notice-line">
          {t('cash:fault.paid_already', { at: format.instant(due.paid.at), point: due.paid.point })}
        </p>
      ) : null}
      {due.fault !== null && !due.paid ? (
        <p className="notice-line">{t(`cash:fault.${due.fault}`, { at: '', point: '' })}</p>
      ) : null}
      {due.fault === null ? (
        <form method="post" className="narrow stack">
          <input type="hidden" name="id" value={id} />
          <input type="hidden" name="run" value={due.run} />
          <input type="hidden" name="position" value={due.position} />
          <label>
            {t('cash:counter.proof')}
            <select name="proof" defaultValue="national_id">
              {PROOFS.map(proof => (
                <option key={proof} value={proof}>
                  {t(`cash:proof.${proof}`)}
                </option>
              ))}
            </select>
          </label>
          <button type="submit" className="pay">
            {t('cash:counter.pay', { amount: format.money(due.amount) })}
          </button>
        </form>
      ) : null}
    </Section>
  )
}
