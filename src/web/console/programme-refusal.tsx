import { Alert } from '@mantine/core'
import type { ApplicationRefusal } from '#programmes'
import type { Speech } from '../speech.ts'
import { useSpeech } from '../speech-context.tsx'

/** A refusal with whatever goes with it. */
type Refused = { readonly code: string }

/** Why something about a programme was not done: what is wrong, and what is accepted. */
export function ProgrammeRefusal({ refusal }: { refusal: Refused }) {
  return (
    <Alert color="red" role="alert" variant="light">
      {programmeRefusalText(refusal, useSpeech())}
    </Alert>
  )
}

export function programmeRefusalText(refusal: Refused, { t, format }: Speech): string {
  const facts = refusal as Partial<{
    until: ApplicationRefusal extends { until: infer Month } ? Month : string
    opens: string
    month: string
    next: string | null
    most: number
    state: string
  }>
  if (refusal.code === 'no_campaign_open' && facts.next) {
    return t('programme:refusal.campaign_later', { date: format.date(facts.next as never) })
  }
  if (refusal.code === 'already_asked') return t(`programme:refusal.already_${facts.state}`)
  const month = facts.until ?? facts.opens ?? facts.month
  return t(`programme:refusal.${refusal.code}`, {
    month: month ? format.month(month as never) : '',
    number: facts.most === undefined ? '' : format.number(facts.most),
  })
}
