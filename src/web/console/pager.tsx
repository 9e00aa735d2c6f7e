import { Link } from 'react-router'
import { useSpeech } from '../speech-context.tsx'

/** From one page of a list to those beside it, with how many there are where that is known; nothing where there is one alone. */
export function Pager({
  page,
  more,
  pages,
  to,
}: {
  page: number
  more: boolean
  pages?: number
  to: (page: number) => string
}) {
  const { t, format } = useSpeech()
  if (page <= 1 && !more) return null
  return (
    <nav className="pages" aria-label={t('console:pages.label')}>
      {page > 1 ? (
        <Link to={to(page - 1)} rel="prev">
          {t('console:pages.previous')}
        </Link>
      ) : null}
      {pages === undefined ? null : (
        <span>{t('console:pages.of', { page: format.number(page), pages: format.number(pages) })}</span>
      )}
      {more ? (
        <Link to={to(page + 1)} rel="next">
          {t('console:pages.next')}
        </Link>
      ) : null}
    </nav>
  )
}
