import { Alert } from '@mantine/core'
import { moneyText } from '#kernel'
import { useSpeech } from '../speech-context.tsx'
import type { Code } from '../two-persons.ts'

/** Why a form was not taken, where that is about no field of it. */
export function FormRefusal({ says }: { says: string }) {
  return (
    <Alert color="red" role="alert" variant="light">
      {says}
    </Alert>
  )
}

/** Why an answer of a second person was not taken, above its form. */
export function AnswerRefusal({ refusal }: { refusal: Code }) {
  const { t, format } = useSpeech()
  const bound = refusal.least ?? refusal.most ?? refusal.payees
  const { currency, roles } = refusal
  const money = (minor: bigint | undefined) =>
    minor === undefined || currency === undefined
      ? ''
      : format.money({ value: moneyText({ minor, currency }), currency })
  return (
    <Alert color="red" role="alert" variant="light">
      {t(`security:refusal.${refusal.code}`, {
        number: bound === undefined ? money(refusal.limit) : format.number(bound),
        asked: money(refusal.asked),
        roles: (roles ?? []).map(role => t(`staff:role.${role}`)).join(' · '),
      })}
    </Alert>
  )
}

/** What a page shows of a refusal: its code, and the one figure that goes with it. */
export function codeOf(refusal: Code): Code {
  const { code, least, most, payees, currency, limit, asked, roles } = refusal
  return {
    code,
    ...(least !== undefined && { least }),
    ...(most !== undefined && { most }),
    ...(payees !== undefined && { payees }),
    ...(limit !== undefined && { currency, limit, asked, roles }),
  }
}
