import { Alert } from '@mantine/core'
import type { RequestRefusal } from '#programmes'
import { useSpeech } from '../speech-context.tsx'

/** Why a run cannot begin: what was wrong, with its facts, and what to do. */
export function RunRefusal({ refusal }: { refusal: RequestRefusal }) {
  const { t, format } = useSpeech()
  const { from = '', to = '', month = '', last = '', effectiveOn = '', ...facts } = refusal.facts
  const dated = {
    from: from && format.month(from),
    to: to && format.month(to),
    month: month && format.month(month),
    last: last && format.month(last),
    day: effectiveOn && format.date(effectiveOn),
  }
  return (
    <Alert color="red" role="alert" variant="light">
      {t(`runs:cannot.${refusal.code}`, { ...facts, ...dated })}
    </Alert>
  )
}
