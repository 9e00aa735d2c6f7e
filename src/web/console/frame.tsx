import { type ReactNode, useEffect, useRef } from 'react'
import { Form, Link, NavLink, useLocation, useNavigation, useSearchParams } from 'react-router'
import type { Permission } from '#security'
import { Mark } from '../components/mark.tsx'
import type { Site } from '../context.ts'
import type { Scheme } from '../root.tsx'
import { useSpeech } from '../speech-context.tsx'
import type { Access } from '../two-persons.ts'
import { Preferences } from './preferences-form.tsx'

type Frame = {
  readonly site: Site
  readonly staff: { readonly name: string; readonly email: string }
  readonly scheme: Scheme
  /** What the reader may do somewhere: places that would not open are not shown. */
  readonly may: readonly Permission[]
  readonly emergencies: Access['emergencies']
  readonly children: ReactNode
}

const places = [
  { to: '/console', name: 'work', end: true, needs: null },
  { to: '/console/search', name: 'search', end: false, needs: 'household.search' },
  { to: '/console/duplicates', name: 'duplicates', end: false, needs: 'duplicate.settle' },
  { to: '/console/quality', name: 'quality', end: false, needs: 'household.read' },
  { to: '/console/corrections', name: 'corrections', end: false, needs: 'personal_data.correct' },
  { to: '/console/registrations', name: 'registrations', end: false, needs: 'person.register' },
  { to: '/console/households/new', name: 'declare', end: true, needs: 'household.write' },
  { to: '/console/proposed-events', name: 'proposed', end: false, needs: 'household.write' },
  { to: '/console/programmes', name: 'programmes', end: false, needs: 'figures.read' },
  { to: '/console/feeds', name: 'feeds', end: false, needs: 'feed.write' },
  { to: '/console/payments', name: 'payments', end: false, needs: 'payment_run.read' },
  { to: '/console/counter', name: 'counter', end: false, needs: 'cash_payment.record' },
  { to: '/console/simulation', name: 'simulation', end: false, needs: 'simulation.read' },
  { to: '/console/privacy', name: 'privacy', end: false, needs: 'household.read' },
  { to: '/console/proposals', name: 'proposals', end: false, needs: null },
  { to: '/console/emergencies', name: 'emergencies', end: false, needs: 'emergency.review' },
  { to: '/console/audit', name: 'audit', end: false, needs: 'audit.read' },
] as const satisfies readonly { to: string; name: string; end: boolean; needs: Permission | null }[]

/** What stands around every page of the console: where one is, a search in reach, who one is. */
export function ConsoleFrame({ site, staff, scheme, may, emergencies, children }: Frame) {
  const { t, say, format } = useSpeech()
  const { pathname, search } = useLocation()
  const busy = useNavigation().state !== 'idle'
  return (
    <div className="console">
      <a className="skip" href="#main">
        {t('site:skip')}
      </a>
      <div className="progress" hidden={!busy} role="progressbar" aria-label={t('console:loading')} />
      <header className="side">
        <div className="side-content">
          <Link className="brand" to="/console">
            <Mark />
            <span>{t('site:name')}</span>
            <span className="country">{say(site.countryName)}</span>
          </Link>
          {site.modelled ? <p className="modelled">{t('console:modelled')}</p> : null}
          <nav aria-label={t('console:navigation')}>
            {places
              .filter(({ needs }) => needs === null || may.includes(needs))
              .map(place => (
                <NavLink key={place.to} to={place.to} end={place.end}>
                  {t(`console:place.${place.name}`)}
                </NavLink>
              ))}
          </nav>
        </div>
      </header>
      <div className="top">{may.includes('household.search') ? <SearchBox /> : null}</div>
      <main id="main" tabIndex={-1}>
        {emergencies.map(({ household, until }) => (
          <p key={household} className="emergency-mark" role="status">
            <strong>{t('security:emergency.mark', { until: format.instant(until) })}</strong>{' '}
            <Link to={`/console/households/${household}`}>{t('security:emergency.file')}</Link>
          </p>
        ))}
        {children}
      </main>
      <aside className="reader" aria-label={t('console:account')}>
        <Preferences scheme={scheme} back={pathname + search} />
        <p className="who">
          <strong>
            <Link to="/console/account">{staff.name}</Link>
          </strong>
          <span>{staff.email}</span>
        </p>
        <form method="post" action="/console/sign-out">
          <button type="submit" className="quiet">
            {t('console:signOut')}
          </button>
        </form>
      </aside>
    </div>
  )
}

function SearchBox() {
  const { t } = useSpeech()
  const [parameters] = useSearchParams()
  const { pathname } = useLocation()
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const reach = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, select')
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      box.current?.select()
    }
    addEventListener('keydown', reach)
    return () => removeEventListener('keydown', reach)
  }, [])
  const asked = pathname === '/console/search' ? (parameters.get('q') ?? '') : ''
  return (
    <Form action="/console/search" method="get" role="search" className="search">
      <input
        key={asked}
        ref={box}
        type="search"
        name="q"
        defaultValue={asked}
        aria-label={t('console:search.label')}
        placeholder={t('console:search.placeholder')}
        autoComplete="off"
      />
      <span className="key" aria-hidden="true">
        /
      </span>
    </Form>
  )
}
