import { fieldText } from '../console/correction-text.ts'
import { nameText } from '../console/names.ts'
import { periodText } from '../console/payment-columns.ts'
import { RecipientText } from '../console/transfer-text.tsx'
import { inLanguage } from '../language.ts'
import type { OwnFile } from '../own-file.ts'
import { useSpeech } from '../speech-context.tsx'

/** A household in plain words: what was decided, what was paid, who read the file. */
export function OwnHousehold({ file }: { file: OwnFile }) {
  const { t, say, format } = useSpeech()
  return (
    <>
      <section className="section" aria-label={t('citizen:own.household')}>
        <h2>
          {t('citizen:own.household')} <bdi dir="ltr">{file.sourceId}</bdi>
        </h2>
        <p>
          {file.territory.map(say).join(' · ')} · {t('citizen:own.members', { count: file.members })}
        </p>
        <h3>{t('citizen:own.decisions')}</h3>
        {file.decisions.length === 0 ? <p>{t('citizen:own.noDecision')}</p> : null}
        <ul className="rows" hidden={file.decisions.length === 0}>
          {file.decisions.map(({ name, month, outcome, amount }) => (
            <li key={say(name)}>
              <div>
                <strong>{say(name)}</strong>
                <p>
                  {t(`citizen:own.outcome.${outcome === 'eligible' && isNothing(amount) ? 'nothing' : outcome}`)}{' '}
                  {format.month(month)}
                </p>
              </div>
              {amount && !isNothing(amount) && outcome === 'eligible' ? (
                <p className="aside">{format.money(amount)}</p>
              ) : null}
            </li>
          ))}
        </ul>
        <h3>{t('receiving:title')}</h3>
        <Receives file={file} />
        <h3>{t('citizen:own.payments')}</h3>
        {file.payments.length === 0 ? <p>{t('citizen:own.noPayment')}</p> : null}
        <ul className="rows" hidden={file.payments.length === 0}>
          {file.payments.map(({ number, state, day, amount, lines }) => (
            <li key={number}>
              <div>
                <strong>{format.money(amount)}</strong>
                {lines.map(({ programme, month }) => (
                  <p key={month + say(programme)}>
                    {say(programme)} · {periodText(month, format)}
                  </p>
                ))}
              </div>
              <p className="aside">{t(`receipts:state.${state}`, { day: format.date(day) })}</p>
            </li>
          ))}
        </ul>
      </section>
      {file.corrections.length > 0 ? <Corrections rows={file.corrections} /> : null}
      <Readings readings={file.readings} />
    </>
  )
}

/** Who receives the money, whom to see where nobody can, and how it changed. */
function Receives({ file: { receives, transfers } }: { file: OwnFile }) {
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <>
      {receives ? (
        <p>
          <RecipientText current={receives} />
        </p>
      ) : (
        <p>{t('receiving:nobody')}</p>
      )}
      {receives?.diedOn ? (
        <p className="told" role="status">
          {t('receiving:own.waits', { date: format.date(receives.diedOn) })}
        </p>
      ) : null}
      {transfers.length > 0 ? (
        <ul className="rows">
          {transfers.map(({ id, name, capacity, from, until }) => (
            <li key={id}>
              <div>
                <strong>{nameText(name, speech)}</strong>
                <p>{t(`receiving:capacity.${capacity}`)}</p>
              </div>
              <p className="aside">
                {until
                  ? t('receiving:fromTo', { from: format.date(from), to: format.date(until) })
                  : t('receiving:since', { date: format.date(from) })}
              </p>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  )
}

/** A right that gives nothing this month, as where a condition was not met. */
function isNothing(amount: OwnFile['decisions'][number]['amount']): boolean {
  return amount !== undefined && /^0(\.0+)?$/.test(amount.value)
}

/** What was asked to be put right, with the answers. */
function Corrections({ rows }: { rows: OwnFile['corrections'] }) {
  const speech = useSpeech()
  const { t, format, language } = speech
  return (
    <section className="section" aria-labelledby="corrections">
      <h2 id="corrections">{t('citizen:correct.mine')}</h2>
      <ul className="rows">
        {rows.map(({ id, field, member, decided, motive, askedAt, decidedAt }) => (
          <li key={id}>
            <div>
              <strong>
                {member ? `${nameText(member, speech)} · ` : null}
                {fieldText(field, speech)}
              </strong>
              <p>
                {t(`citizen:correct.state.${decided ?? 'waiting'}`)} {format.instant(decidedAt ?? askedAt)}
              </p>
              {motive ? <p>{motive}</p> : null}
            </div>
          </li>
        ))}
      </ul>
      <p>
        <a href={inLanguage('/dossier/corrections', language)}>{t('citizen:correct.all')}</a>
      </p>
    </section>
  )
}

function Readings({ readings }: { readings: OwnFile['readings'] }) {
  const { t, format } = useSpeech()
  return (
    <section className="section" aria-labelledby="readings">
      <h2 id="readings">{t('citizen:own.readings')}</h2>
      {readings.length === 0 ? <p>{t('citizen:own.noReading')}</p> : null}
      <ul className="rows" hidden={readings.length === 0}>
        {readings.map((reading, place) => (
          <li key={`${reading.day} ${place}`}>
            <div>
              <strong>{format.date(reading.day)}</strong>
              <p>
                <Reader reading={reading} />
              </p>
            </div>
            <p className="aside">{reading.purposes.map(purpose => t(`console:purpose.${purpose}`)).join(', ')}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Who it was, without a name unless it is an organisation: where an agent works, or what else the reader is. */
function Reader({ reading }: { reading: OwnFile['readings'][number] }) {
  const { t, say } = useSpeech()
  if (reading.reader === 'partner') return <bdi>{reading.partner}</bdi>
  return reading.office ? reading.office.map(say).join(' · ') : t(`console:told.${reading.reader}`)
}
