import { Link, useLocation } from 'react-router'
import { useSpeech } from '../speech-context.tsx'

/** The three pages that keep the register true. */
export function UpkeepTabs() {
  const { t } = useSpeech()
  const { pathname } = useLocation()
  return (
    <nav className="pages" aria-label={t('upkeep:tabs')}>
      {(['quality', 'visits', 'renewals'] as const).map(name =>
        pathname === `/console/${name}` ? (
          <strong key={name} aria-current="page">
            {t(`upkeep:tab.${name}`)}
          </strong>
        ) : (
          <Link key={name} to={`/console/${name}`}>
            {t(`upkeep:tab.${name}`)}
          </Link>
        ),
      )}
    </nav>
  )
}
