import type { ChangeRefusal, PasswordRefusal } from '#security'
import { useSpeech } from '../speech-context.tsx'

/** Why a password was not taken, in words. */
export function PasswordRefusalText({ refusal }: { refusal: ChangeRefusal | PasswordRefusal }) {
  const { t } = useSpeech()
  switch (refusal.code) {
    case 'too_many_attempts':
      return t('console:signIn.refusal.too_many_attempts', { count: Math.ceil(refusal.seconds / 60) })
    case 'password_too_short':
      return t('account:refusal.password_too_short', { least: refusal.least })
    case 'password_too_long':
      return t('account:refusal.password_too_long', { most: refusal.most })
    default:
      return t(`account:refusal.${refusal.code}`)
  }
}
