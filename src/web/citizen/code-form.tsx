import { useSpeech } from '../speech-context.tsx'

/** The code that came by message. `left`: how often it may still be typed, after a wrong one. */
export function CodeForm({ left, enter }: { readonly left: number | undefined; readonly enter: string }) {
  const { t } = useSpeech()
  return (
    <>
      {left === undefined ? null : (
        <p className="refusal" role="alert" id="refusal">
          {t('citizen:own.refusal.citizen_code_wrong', { count: left })}
        </p>
      )}
      <form method="post" className="form">
        <div>
          <label htmlFor="code">{t('citizen:own.code')}</label>
          <input
            id="code"
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            dir="ltr"
            maxLength={20}
            {...(left === undefined ? {} : { 'aria-describedby': 'refusal' })}
          />
        </div>
        <button type="submit" className="button">
          {enter}
        </button>
      </form>
    </>
  )
}
