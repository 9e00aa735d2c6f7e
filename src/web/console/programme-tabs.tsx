import { Link, useLocation } from 'react-router'
import { useSpeech } from '../speech-context.tsx'
import { useMay } from './may.ts'

const tabs = [
  { name: 'programmes', to: '/console/programmes', needs: 'figures.read' },
  { name: 'feeds', to: '/console/feeds', needs: 'feed.write' },
  { name: 'doubts', to: '/console/feeds/doubts', needs: 'feed.write' },
  { name: 'waivers', to: '/console/waivers', needs: 'programme.change' },
] as const

/** The pages of programmes and of what their conditions rest on, as far as the reader opens them. */
export function ProgrammeTabs() {
  const { t } = useSpeech()
  const { pathname } = useLocation()
  const may = useMay()
  const open = tabs.filter(({ needs }) => may(needs))
  if (open.length < 2) return null
  return (
    <nav className="pages" aria-label={t('conditions:tabs')}>
      {open.map(({ name, to }) =>
        pathname === to ? (
          <strong key={name} aria-current="page">
            {t(`conditions:tab.${name}`)}
          </strong>
        ) : (
          <Link key={name} to={to}>
            {t(`conditions:tab.${name}`)}
          </Link>
        ),
      )}
    </nav>
  )
}
