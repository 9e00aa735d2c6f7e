import { Alert } from '@mantine/core'
import type { DateText } from '#kernel'
import { useSpeech } from '../speech-context.tsx'
import type { NoticeText, SwitchProposed, SwitchReach, SwitchState } from '../switch-door.ts'
import { Pair } from './shock-parts.tsx'
import { Table } from './table.tsx'

const tones = { approved: 'doubt', under_way: 'doubt', stopped: 'bad', done: 'good', taken_back: 'plain' } as const

export function SwitchBadge({ state }: { state: SwitchState }) {
  const { t } = useSpeech()
  return <span className={`badge ${tones[state]}`}>{t(`switch:state.${state}`)}</span>
}

/** Why nothing is proposed: what is wrong, and what is accepted. */
export function SwitchRefusalText({ refusal }: { refusal: { readonly code: string } }) {
  const { t, format } = useSpeech()
  const facts = refusal as { opens?: string; until?: string; most?: number }
  const { until, most } = facts
  const time = facts.opens ?? until
  return (
    <Alert color="red" role="alert" variant="light" id="refused">
      {t(`switch:refusal.${refusal.code}`, {
        time: time === undefined ? '' : time.length === 7 ? format.month(time) : format.date(time as DateText),
        number: most === undefined ? '' : format.number(most),
      })}
    </Alert>
  )
}

/** How many would move, who would not and why, where they live, and what they would be told. */
export function ReachOfSwitch({ reach }: { reach: SwitchReach }) {
  const { t, say, format } = useSpeech()
  return (
    <>
      <p>
        <strong>
          {t('switch:movable', { movable: format.number(reach.movable), covered: format.number(reach.covered) })}
        </strong>
      </p>
      <Table
        caption={t('switch:cannotTitle')}
        rows={reach.cannot}
        keyOf={row => row.reason}
        empty=""
        columns={[
          { key: 'reason', label: t('switch:why'), text: row => t(`switch:cannot.${row.reason}`) },
          {
            key: 'households',
            label: t('switch:households'),
            numeric: true,
            text: row => format.number(row.households),
          },
        ]}
      />
      <Table
        caption={t('switch:regions')}
        rows={reach.regions}
        keyOf={row => row.name.en}
        empty={t('switch:nobody')}
        columns={[
          { key: 'name', label: t('switch:region'), text: row => say(row.name) },
          {
            key: 'households',
            label: t('switch:households'),
            numeric: true,
            text: row => format.number(row.households),
          },
        ]}
      />
      <h3>{t('switch:notice')}</h3>
      {reach.notice.length === 0 ? <p className="soft">{t('switch:quiet')}</p> : null}
      {reach.notice.map((each, place) => (
        <Notice key={each.language} notice={each} isSent={place === 0} />
      ))}
    </>
  )
}

/** The message as a family reads it. */
export function Notice({ notice, isSent = false }: { notice: NoticeText; isSent?: boolean }) {
  const { t } = useSpeech()
  return (
    <figure className="switch-notice">
      <blockquote lang={notice.language} dir={notice.language === 'ar' ? 'rtl' : 'ltr'}>
        {notice.text}
      </blockquote>
      {isSent ? <figcaption className="soft">{t('switch:noticeSent')}</figcaption> : null}
    </figure>
  )
}

/** From where to where, when, how many and until when it can be taken back: what a proposal says. */
export function SwitchContentParts({ move }: { move: SwitchProposed }) {
  const { t, say, format } = useSpeech()
  return (
    <>
      {move.reverses ? <p className="notice-line">{t('switch:isReversal')}</p> : null}
      <dl className="pairs">
        <Pair label={t('switch:from')}>
          {say(move.from)}
          {move.heldOn && !move.reverses ? ` · ${t('switch:heldOn', { date: format.date(move.heldOn) })}` : null}
        </Pair>
        <Pair label={t('switch:to')}>{move.heldOn && move.reverses ? t('switch:nowhere') : say(move.to)}</Pair>
        <Pair label={t('switch:month')}>{format.month(move.month)}</Pair>
        <Pair label={t('switch:households')}>{format.number(move.households)}</Pair>
        {move.reverses ? null : <Pair label={t('switch:until')}>{format.date(move.windowUntil)}</Pair>}
      </dl>
      {move.tells ? <Notice notice={move.notice} isSent /> : <p className="soft">{t('switch:quiet')}</p>}
    </>
  )
}
