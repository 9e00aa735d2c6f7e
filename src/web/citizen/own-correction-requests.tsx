import { fieldText, valueText } from '../console/correction-text.ts'
import { nameText } from '../console/names.ts'
import { inLanguage } from '../language.ts'
import type { OwnCorrections } from '../own-corrections-door.ts'
import { useSpeech } from '../speech-context.tsx'

type Row = OwnCorrections['requests'][number]

/** What was asked, each with its answer, and a paper to add while it waits. */
export function OwnRequests({ page, next }: { page: OwnCorrections; next: string }) {
  const { t } = useSpeech()
  return (
    <section className="section" aria-labelledby="requests">
      <h2 id="requests">{t('citizen:correct.requests')}</h2>
      {page.requests.length === 0 ? <p>{t('citizen:correct.none')}</p> : null}
      {page.requests.map(row => (
        <Request key={row.id} row={row} next={page.takesPapers ? next : undefined} />
      ))}
    </section>
  )
}

function Request({ row, next }: { row: Row; next: string | undefined }) {
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <article className="request" id={row.id} aria-labelledby={`title-${row.id}`}>
      <h3 id={`title-${row.id}`}>
        {row.member ? `${nameText(row.member, speech)} · ` : null}
        {fieldText(row.field, speech)}
      </h3>
      <p className={`state ${row.decided ?? 'waiting'}`}>
        <strong>{t(`citizen:correct.state.${row.decided ?? 'waiting'}`)}</strong>{' '}
        {row.decidedAt
          ? format.instant(row.decidedAt)
          : t('citizen:correct.askedAt', { at: format.instant(row.askedAt) })}
      </p>
      <dl className="own-facts">
        <div>
          <dt>{t('citizen:correct.before')}</dt>
          <dd>{valueText(row.before, speech)}</dd>
        </div>
        <div>
          <dt>{t('citizen:correct.asked')}</dt>
          <dd>{valueText(row.asked, speech)}</dd>
        </div>
      </dl>
      <p className="words">{row.says}</p>
      {row.motive ? (
        <p className="words">
          <strong>{t('citizen:correct.answer')}</strong> {row.motive}
        </p>
      ) : null}
      {row.papers.length > 0 ? (
        <ul className="papers" aria-label={t('citizen:correct.paper.list')}>
          {row.papers.map(({ id, name }) => (
            <li key={id}>
              <bdi>{name}</bdi>
            </li>
          ))}
        </ul>
      ) : null}
      {row.decided === null && next ? <Paper row={row} next={next} /> : null}
    </article>
  )
}

function Paper({ row, next }: { row: Row; next: string }) {
  const { t, language } = useSpeech()
  return (
    <details>
      <summary>{t('citizen:correct.paper.add')}</summary>
      <form
        method="post"
        action={inLanguage('/dossier/corrections/papier', language)}
        encType="multipart/form-data"
        className="form"
      >
        <input type="hidden" name="request" value={row.id} />
        <input type="hidden" name="id" value={next} />
        <div>
          <label htmlFor={`file-${row.id}`}>{t('citizen:correct.paper.file')}</label>
          <span className="hint">{t('citizen:correct.paper.accepts')}</span>
          <input id={`file-${row.id}`} name="file" type="file" required accept="image/jpeg,image/png,application/pdf" />
        </div>
        <button type="submit" className="button quiet">
          {t('citizen:correct.paper.attach')}
        </button>
      </form>
    </details>
  )
}
