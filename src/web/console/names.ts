import type { PersonName } from '../context.ts'
import type { Speech } from '../speech.ts'

/** A name as one text, in the script of the page where it is known. */
export function nameText(name: PersonName, { language, t }: Speech): string {
  const [own, other] = language === 'ar' ? [name.arabic, name.latin] : [name.latin, name.arabic]
  return own ?? other ?? t('console:nameless')
}

/** A territory from the smallest part up, as one text. */
export function placeText(
  path: readonly { readonly [language in 'fr' | 'ar' | 'en']: string }[],
  speech: Speech,
): string {
  return path
    .map(speech.say)
    .reverse()
    .join(speech.language === 'ar' ? '، ' : ', ')
}
