import { languages } from '#kernel'
import { directionOf } from '../language.ts'
import type { Scheme } from '../root.tsx'
import { useSpeech } from '../speech-context.tsx'

const schemes = ['auto', 'light', 'dark'] as const

/** Language and light or dark, as buttons of one plain form. */
export function Preferences({ scheme, back }: { scheme: Scheme; back: string }) {
  const { t, language } = useSpeech()
  return (
    <form method="post" action="/console/preferences" className="preferences">
      <input type="hidden" name="back" value={back} />
      <fieldset>
        <legend>{t('console:language')}</legend>
        {languages.map(each => (
          <button
            key={each}
            type="submit"
            name="language"
            value={each}
            lang={each}
            dir={directionOf(each)}
            aria-pressed={each === language}
          >
            {t(`site:languageName.${each}`)}
          </button>
        ))}
      </fieldset>
      <fieldset>
        <legend>{t('console:scheme.label')}</legend>
        {schemes.map(each => (
          <button key={each} type="submit" name="scheme" value={each} aria-pressed={each === scheme}>
            {t(`console:scheme.${each}`)}
          </button>
        ))}
      </fieldset>
    </form>
  )
}
