import { Link } from 'react-router'
import type { JourneyEvent } from '../context.ts'
import type { Speech } from '../speech.ts'
import { useSpeech } from '../speech-context.tsx'
import { EnrolmentText } from './enrolment-text.tsx'
import { foldReadings } from './fold-readings.ts'
import { LookAgainText } from './look-again-text.tsx'
import { useMay } from './may.ts'
import { nameText } from './names.ts'
import { OutcomeBadge, outcomeTold, StateBadge } from './parts.tsx'
import { periodText } from './payment-columns.ts'
import { TransferText } from './transfer-text.tsx'

/** What happened, the latest first, one line each, by kind so that the eye can skip. */
export function Journey({ household, events }: { household: string; events: readonly JourneyEvent[] }) {
  const { t, format } = useSpeech()
  if (events.length === 0) return <p className="empty">{t('console:journey.none')}</p>
  return (
    <ol className="journey">
      {foldReadings(events).map(({ event, times }, index) => (
        <li key={index} data-kind={event.kind}>
          <p className="when">
            <span className="kind">{t(`console:journey.kind.${event.kind}`)}</span>{' '}
            <time>{format.instant(event.at)}</time>
            {times > 1 ? ` · ${t('console:journey.times', { count: times, number: format.number(times) })}` : ''}
          </p>
          <Happened household={household} event={event} />
        </li>
      ))}
    </ol>
  )
}

function readingText({ action, listed }: Extract<JourneyEvent, { kind: 'access' }>, { t, format }: Speech): string {
  const verb = action.slice(action.lastIndexOf('.') + 1)
  if (action === 'payment_file.export') return t('console:action.file')
  if (listed === undefined) return t('console:action.read')
  const how = { count: listed, number: format.number(listed) }
  return verb === 'export' ? t('console:action.export', how) : t('console:action.list', how)
}

function Happened({ household, event }: { household: string; event: JourneyEvent }) {
  const speech = useSpeech()
  const may = useMay()
  const { t, say, format } = speech
  switch (event.kind) {
    case 'declaration':
      return (
        <p>
          {t('console:journey.declared', {
            channel: t(`console:channel.${event.channel}`),
            date: format.date(event.effectiveOn),
          })}{' '}
          <span className="soft">
            {t('console:journey.facts', { count: event.facts, number: format.number(event.facts) })} ·{' '}
            {t('console:journey.members', { count: event.members, number: format.number(event.members) })} ·{' '}
            <bdi>{event.by}</bdi>
          </span>
        </p>
      )
    case 'event':
      return (
        <>
          <p>
            <strong>{t(`events:kind.${event.happened}`)}</strong>{' '}
            {t('events:happened', { date: format.date(event.on) })}{' '}
            <span className="soft">
              {event.persons.map(person => nameText(person, speech)).join(' · ')} · <bdi>{event.by}</bdi>
            </span>
          </p>
          {event.says ? <p className="said">{event.says}</p> : null}
        </>
      )
    case 'enrolment':
      return (
        <p>
          <Link to={`/console/households/${household}/programmes`}>{say(event.row.name)}</Link>{' '}
          <EnrolmentText row={event.row} />
        </p>
      )
    case 'recipient':
      return (
        <p>
          <TransferText transfer={event.transfer} />
        </p>
      )
    case 'condition':
      return (
        <p>
          {t(`console:journey.condition.${event.step}`, {
            programme: say(event.name),
            condition: say(event.condition),
            month: format.month(event.month),
          })}
        </p>
      )
    case 'exception':
      return (
        <p>
          <Link to={`/console/households/${household}/programmes`}>{say(event.name)}</Link>{' '}
          {t(`programme:exception.${event.decided.effect}`)}{' '}
          {event.decided.amount ? <strong>{format.money(event.decided.amount)}</strong> : null}{' '}
          {format.month(event.decided.from)} – {format.month(event.decided.to)} <q>{event.decided.motive}</q>
        </p>
      )
    case 'look_again':
      return (
        <p>
          <LookAgainText item={event.item} />
        </p>
      )
    case 'decision':
      return (
        <p>
          <Link to={`/console/households/${household}/decisions/${event.decision.run}`}>
            {t('console:decision.title', {
              programme: say(event.decision.name),
              month: format.month(event.decision.month),
            })}
          </Link>{' '}
          <OutcomeBadge outcome={outcomeTold(event.decision)} />{' '}
          {event.decision.amount ? <strong>{format.money(event.decision.amount)}</strong> : null}
          {event.decision.score ? <strong>{format.number(event.decision.score, 7)}</strong> : null}
        </p>
      )
    case 'owed': {
      const { what, name, month, from, amount, reason, receipt } = event.change
      const of = { programme: say(name), month: format.month(month), from: from ? format.month(from) : '' }
      return (
        <>
          <p>
            {t(`console:journey.owed.${what}`, of)} <strong>{format.money(amount)}</strong>
            {receipt ? (
              <span className="soft">
                {' · '}
                {t('receiving:overpaid.receiptOf', { number: receipt.number, date: format.date(receipt.day) })}
              </span>
            ) : null}
          </p>
          {reason ? <p className="said">{reason}</p> : null}
        </>
      )
    }
    case 'payment':
      return (
        <p>
          {may('payment_run.read') ? (
            <Link to={`/console/payments/${encodeURIComponent(event.reference)}`}>
              <bdi>{event.reference}</bdi>
            </Link>
          ) : (
            <bdi>{event.reference}</bdi>
          )}{' '}
          {event.became ? (
            <span className={`badge ${event.became.state === 'paid' ? 'good' : 'bad'}`}>
              {t(`receipts:state.${event.became.state}`, { day: format.date(event.became.day) })}
            </span>
          ) : (
            <StateBadge state={event.state} />
          )}{' '}
          <strong>{format.money(event.amount)}</strong>{' '}
          <span className="soft">
            {t('console:journey.paid', {
              payee: event.payee,
              provider: event.provider,
              account: event.accountEnd ? `…${event.accountEnd}` : '–',
              periods: event.periods.map(period => periodText(period, format)).join(' · '),
            })}
          </span>
        </p>
      )
    case 'waiting':
      return (
        <p>
          {t(`console:leftOut.${event.reason}`)}
          {event.code ? (
            <>
              {' '}
              (<bdi>{event.code}</bdi>)
            </>
          ) : null}{' '}
          <strong>{format.money(event.amount)}</strong>{' '}
          <span className="soft">
            <bdi>{event.reference}</bdi>
          </span>
        </p>
      )
    case 'correction':
      return (
        <p>
          <Link to={`/console/households/${household}/corrections`}>
            {t(`privacy:correction.event.${event.state}`)}
          </Link>{' '}
          {'label' in event.field ? say(event.field.label) : t(`privacy:correction.person.${event.field.person}`)}{' '}
          <span className="soft">
            <bdi>{event.by}</bdi>
            {event.motive ? <> · {event.motive}</> : null}
          </span>
        </p>
      )
    case 'access':
      return (
        <p>
          <bdi>{event.by}</bdi>{' '}
          <span className="soft">
            {readingText(event, speech)}
            {event.purpose ? ` · ${t(`console:purpose.${event.purpose}`)}` : ''}
          </span>
        </p>
      )
  }
}
