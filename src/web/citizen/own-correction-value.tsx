import { valueText } from '../console/correction-text.ts'
import { nameText } from '../console/names.ts'
import type { OwnCorrections } from '../own-corrections-door.ts'
import { documentKinds } from '../person-answers.ts'
import { useSpeech } from '../speech-context.tsx'

type Answer = { readonly code: string; readonly kind: string; readonly value: string; readonly says: string }
type Asking = {
  readonly chosen: NonNullable<OwnCorrections['chosen']>
  readonly request: string
  readonly answer: Answer | undefined
}

/** What is recorded, what it should be, and why; nothing typed is lost by a refusal. */
export function OwnCorrectionValue({ chosen, request, answer }: Asking) {
  const speech = useSpeech()
  const { t } = speech
  return (
    <>
      {chosen.member ? <p className="lead">{nameText(chosen.member, speech)}</p> : null}
      {answer ? <Refused code={answer.code} /> : null}
      <p>
        {t('citizen:correct.now')} <strong>{valueText(chosen.now, speech)}</strong>
      </p>
      <form method="post" className="form">
        <input type="hidden" name="request" value={request} />
        <input type="hidden" name="field" value={chosen.value} />
        <Value chosen={chosen} answer={answer} />
        <div>
          <label htmlFor="says">{t('citizen:correct.says')}</label>
          <span className="hint" id="says-hint">
            {t('citizen:correct.saysHint')}
          </span>
          <textarea
            id="says"
            name="says"
            rows={4}
            maxLength={1000}
            aria-describedby="says-hint"
            aria-invalid={answer?.code === 'reason_missing' ? true : undefined}
            defaultValue={answer?.says ?? ''}
          />
        </div>
        <p className="hint">{t('citizen:correct.paperLater')}</p>
        <button type="submit" className="button">
          {t('citizen:correct.send')}
        </button>
      </form>
    </>
  )
}

function Refused({ code }: { code: string }) {
  const { t } = useSpeech()
  const of = code === 'reason_missing' ? 'says' : 'value'
  return (
    <div className="refusal" role="alert">
      <a href={`#${of}`}>{t(`citizen:correct.refusal.${code}`)}</a>
    </div>
  )
}

const INPUT_MODES = { number: 'numeric', phone: 'tel' } as const

function Value({ chosen, answer }: Pick<Asking, 'chosen' | 'answer'>) {
  const speech = useSpeech()
  const { t, say } = speech
  const { input, codes } = chosen
  const label = t('citizen:correct.value')
  const value = answer?.value ?? chosen.wire
  const choices =
    input === 'yes_no'
      ? [
          { code: 'true', text: t('console:yes') },
          { code: 'false', text: t('console:no') },
        ]
      : codes.map(({ code, words }) => ({ code, text: say(words) }))
  const isWrong = answer && answer.code !== 'reason_missing' ? true : undefined
  if (input === 'code' || input === 'yes_no') {
    return (
      <div>
        <label htmlFor="value">{label}</label>
        <select id="value" name="value" defaultValue={value} aria-invalid={isWrong}>
          <option value="">{t('declaration:unknown')}</option>
          {choices.map(({ code, text }) => (
            <option key={code} value={code}>
              {text}
            </option>
          ))}
        </select>
      </div>
    )
  }
  return (
    <>
      {input === 'document' ? (
        <div>
          <label htmlFor="kind">{t('citizen:correct.documentKind')}</label>
          <select id="kind" name="kind" defaultValue={answer?.kind ?? documentKinds[0]}>
            {documentKinds.map(kind => (
              <option key={kind} value={kind}>
                {t(`person:document.type.${kind}`)}
              </option>
            ))}
          </select>
        </div>
      ) : null}
      <div>
        <label htmlFor="value">{input === 'document' ? t('citizen:correct.documentNumber') : label}</label>
        <input
          id="value"
          name="value"
          type={input === 'date' ? 'date' : 'text'}
          inputMode={input === 'number' || input === 'phone' ? INPUT_MODES[input] : undefined}
          dir={input === 'phone' || input === 'document' ? 'ltr' : 'auto'}
          maxLength={300}
          autoComplete="off"
          aria-invalid={isWrong}
          defaultValue={value}
        />
      </div>
    </>
  )
}
