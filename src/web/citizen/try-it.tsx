import { inLanguage } from '../language.ts'
import { useSpeech } from '../speech-context.tsx'

/** In a demonstration alone: telephones of modelled persons, and where the messages are. */
export function TryIt({ phones }: { phones: readonly string[] }) {
  const { t, language } = useSpeech()
  return (
    <aside className="try" aria-label={t('citizen:demonstration.title')}>
      {phones.length > 0 ? (
        <p>
          {t('citizen:demonstration.phones')}{' '}
          {phones.map(phone => (
            <span key={phone}>
              <bdi dir="ltr">{phone}</bdi>{' '}
            </span>
          ))}
        </p>
      ) : null}
      <p>
        <a href={inLanguage('/demonstration/messages', language)}>{t('citizen:demonstration.where')}</a>
      </p>
    </aside>
  )
}
