import { Alert } from '@mantine/core'
import { useSpeech } from '../speech-context.tsx'
import type { Code } from '../two-persons.ts'

/** Why an answer of a second person was not taken, above its form. */
export function AnswerRefusal({ refusal }: { refusal: Code }) {
  const { t, format } = useSpeech()
  const bound = refusal.least ?? refusal.most ?? refusal.payees
  return (
    <Alert color="red" role="alert" variant="light">
      {t(`security:refusal.${refusal.code}`, { number: bound === undefined ? '' : format.number(bound) })}
    </Alert>
  )
}

/** What a page shows of a refusal: its code, and the one figure that goes with it. */
export function codeOf(refusal: Code): Code {
  const { code, least, most, payees } = refusal
  return {
    code,
    ...(least !== undefined && { least }),
    ...(most !== undefined && { most }),
    ...(payees !== undefined && { payees }),
  }
}
