import type { ConfirmRefusal } from '#security'
import { useSpeech } from '../speech-context.tsx'

/** What was wrong with a code or with the password beside it, in words. */
export function CodeRefusalText({ refusal }: { refusal: ConfirmRefusal }) {
  const { t } = useSpeech()
  return refusal.code === 'too_many_attempts'
    ? t('console:signIn.refusal.too_many_attempts', { count: Math.ceil(refusal.seconds / 60) })
    : t(`account:refusal.${refusal.code}`)
}
