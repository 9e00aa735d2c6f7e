import { isRouteErrorResponse, Link } from 'react-router'
import { useSpeech } from '../speech-context.tsx'
import type { Forbidden, TooClose } from '../two-persons.ts'
import { Heading } from './parts.tsx'

/** What a guard threw, if it was a guard. */
export function forbiddenIn(error: unknown): Forbidden | undefined {
  if (!isRouteErrorResponse(error) || error.status !== 403) return undefined
  const { data } = error
  return typeof data === 'object' && data !== null && 'forbidden' in data ? (data as Forbidden) : undefined
}

/** A page that the reader's roles do not open: what is missing, who would have it, whom to ask. */
export function ForbiddenPage({ forbidden, roles, ended, ask }: Forbidden) {
  const { t, format } = useSpeech()
  const [thing, verb] = forbidden.split('.') as [string, string]
  return (
    <>
      <Heading title={t('site:error.refused.title')} />
      <div className="narrow stack">
        <p>{t('staff:forbidden.needs', { permission: t(`staff:permission.${thing}.${verb}`) })}</p>
        {ended ? <p>{t('staff:forbidden.ended', { date: format.date(ended) })}</p> : null}
        <p>{t('staff:forbidden.roles')}</p>
        <ul>
          {roles.map(role => (
            <li key={role}>{t(`staff:role.${role}`)}</li>
          ))}
        </ul>
        {ask.length > 0 ? (
          <p>{t('staff:forbidden.ask', { names: ask.join(', ') })}</p>
        ) : (
          <p>{t('staff:forbidden.askOffice')}</p>
        )}
        <p>
          <Link to="/console">{t('staff:forbidden.back')}</Link>
        </p>
      </div>
    </>
  )
}

/** What a file that is closed for being too close threw. */
export function tooCloseIn(error: unknown): TooClose | undefined {
  if (!isRouteErrorResponse(error) || error.status !== 403) return undefined
  const { data } = error
  return typeof data === 'object' && data !== null && 'tooClose' in data ? (data as TooClose) : undefined
}

/** The file of own household or kin: why it is closed, and who opens it. */
export function TooClosePage({ ask }: TooClose) {
  const { t } = useSpeech()
  return (
    <>
      <Heading title={t('security:tooClose.title')} />
      <div className="narrow stack">
        <p>{t('security:tooClose.why')}</p>
        <p>
          {ask.length > 0 ? t('security:tooClose.ask', { names: ask.join(', ') }) : t('security:tooClose.askOffice')}
        </p>
        <p>{t('security:tooClose.recorded')}</p>
        <p>
          <Link to="/console/conflicts">{t('security:conflicts.title')}</Link>
        </p>
      </div>
    </>
  )
}
