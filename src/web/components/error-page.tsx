import { isRouteErrorResponse, useRouteError } from 'react-router'
import { useSpeech } from '../speech-context.tsx'

type Kind = 'missing' | 'refused' | 'malformed' | 'large' | 'hurried' | 'broken'

/** The ways a page cannot be shown, each with what the reader can do. Never a stack, never an inner message. */
export function ErrorPage({ home }: { home: string }) {
  const { t } = useSpeech()
  const kind = kindOf(useRouteError())
  return (
    <div className="page opening error-page">
      <title>{t('site:title', { page: t(`site:error.${kind}.title`) })}</title>
      <h1>{t(`site:error.${kind}.title`)}</h1>
      <p className="lead">{t(`site:error.${kind}.what`)}</p>
      <p className="next">
        <a href={home}>{t('site:error.home')}</a>
      </p>
    </div>
  )
}

function kindOf(error: unknown): Kind {
  if (!isRouteErrorResponse(error)) return 'broken'
  return kinds[error.status] ?? 'broken'
}

const kinds: Readonly<Record<number, Kind>> = {
  400: 'malformed',
  401: 'refused',
  403: 'refused',
  404: 'missing',
  405: 'malformed',
  413: 'large',
  429: 'hurried',
}
