import { knownReason, stateTones } from '../enrolment-words.ts'
import type { EnrolmentRow } from '../programme-door.ts'
import type { Speech } from '../speech.ts'
import { useSpeech } from '../speech-context.tsx'

/** One change on one line: what, why, from when. */
export function EnrolmentText({ row }: { row: EnrolmentRow }) {
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <>
      <span className={`badge ${stateTones[row.state]}`}>{t(`programme:state.${row.state}`)}</span>{' '}
      {t('programme:from', { month: format.month(row.month) })} · {reasonText(row, speech)}{' '}
      {row.says ? <q>{row.says}</q> : null}{' '}
      {row.by ? (
        <span className="soft">
          <bdi>{row.by}</bdi>
        </span>
      ) : null}
    </>
  )
}

function reasonText(row: EnrolmentRow, { t, say, format }: Speech): string {
  if (row.why) return say(row.why)
  const known = knownReason(row.reason)
  if (!known) return row.reason
  return t(`programme:reason.${known}`, {
    programme: row.other ? say(row.other) : '',
    rank: row.rank === null ? '' : format.number(row.rank),
  })
}
