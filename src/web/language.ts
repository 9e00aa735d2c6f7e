import { isLanguage, type Language } from '#kernel'

/** French is the default and has no prefix in a citizen's address. */
export const defaultLanguage: Language = 'fr'

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr'
}

/**
 * The language of a request. Citizens: the first segment of the path, so that an address can be shared, cached and read
 * by whoever receives it. Staff: a preference of the reader (cookie), so that a link sent to a colleague opens in theirs.
 */
export function languageOf(request: Request): Language {
  const segment = new URL(request.url).pathname.split('/')[1]?.replace(/\.data$/, '')
  if (segment === 'console') {
    const preferred = readCookie(request, languageCookie)
    return preferred !== undefined && isLanguage(preferred)
      ? preferred
      : acceptedLanguage(request.headers.get('accept-language'))
  }
  return segment !== undefined && isLanguage(segment) ? segment : defaultLanguage
}

export const languageCookie = 'socle-language'
export const schemeCookie = 'socle-scheme'

export function readCookie(request: Request, name: string): string | undefined {
  const pairs = request.headers.get('cookie')?.split(';') ?? []
  return pairs.map(pair => pair.trim().split('=')).find(([key]) => key === name)?.[1]
}

function acceptedLanguage(header: string | null): Language {
  const wanted = (header ?? '').split(',').map(part => part.trim().slice(0, 2).toLowerCase())
  return wanted.find(isLanguage) ?? defaultLanguage
}

/** The same citizen page in another language: `/ar/programmes` and `en` give `/en/programmes`. */
export function inLanguage(pathname: string, language: Language): string {
  const [, first, ...rest] = pathname.split('/')
  const bare = first !== undefined && isLanguage(first) ? `/${rest.join('/')}` : pathname
  const path = language === defaultLanguage ? bare : `/${language}${bare === '/' ? '' : bare}`
  return path === '' ? '/' : path
}
