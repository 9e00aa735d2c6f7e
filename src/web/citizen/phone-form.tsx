import type { CodeRequestRefusal } from '#security'
import { useSpeech } from '../speech-context.tsx'

type Asking = {
  readonly lead: string
  readonly phone: string | undefined
  readonly refusal: { readonly code: 'phone_malformed' } | CodeRequestRefusal | undefined
  readonly over: boolean
  /** What is wrong with a number that is not taken here. */
  readonly malformed: string
}

/** A telephone to which a code is sent. */
export function PhoneForm({ lead, phone, refusal, over, malformed }: Asking) {
  const { t } = useSpeech()
  return (
    <>
      <p className="lead">{lead}</p>
      {over && !refusal ? (
        <p className="refusal" role="alert">
          {t('citizen:own.refusal.citizen_code_over')}
        </p>
      ) : null}
      {refusal ? (
        <p className="refusal" role="alert" id="refusal">
          {refusal.code === 'code_wait'
            ? t('citizen:own.refusal.code_wait', { count: Math.ceil(refusal.seconds / 60) })
            : refusal.code === 'phone_malformed'
              ? malformed
              : t(`citizen:own.refusal.${refusal.code}`)}
        </p>
      ) : null}
      <form method="post" className="form">
        <div>
          <label htmlFor="phone">{t('citizen:own.phone')}</label>
          <span className="hint" id="hint">
            {t('citizen:own.phoneHint')}
          </span>
          <input
            id="phone"
            name="phone"
            type="tel"
            autoComplete="tel"
            inputMode="tel"
            required
            dir="ltr"
            maxLength={40}
            defaultValue={phone}
            aria-describedby={refusal ? 'refusal hint' : 'hint'}
          />
        </div>
        <button type="submit" className="button">
          {t('citizen:own.ask')}
        </button>
      </form>
    </>
  )
}
