import { Link } from 'react-router'
import { useSpeech } from '../speech-context.tsx'

/** From one page of a list to those beside it; nothing where there is one alone. */
export function Pager({ page, more, to }: { page: number; more: boolean; to: (page: number) => string }) {
  const { t } = useSpeech()
  if (page <= 1 && !more) return null
  return (
    <nav className="pages" aria-label={t('console:pages.label')}>
      {page > 1 ? (
        <Link to={to(page - 1)} rel="prev">
          {t('console:pages.previous')}
        </Link>
      ) : null}
      {more ? (
        <Link to={to(page + 1)} rel="next">
          {t('console:pages.next')}
        </Link>
      ) : null}
    </nav>
  )
}
