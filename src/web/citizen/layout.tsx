import { Outlet, redirect, useLoaderData, useRouteLoaderData } from 'react-router'
import { isLanguage } from '#kernel'
import { ErrorPage } from '../components/error-page.tsx'
import { defaultLanguage, inLanguage } from '../language.ts'
import { doorsOf, themePathOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import './citizen.css'
import '../components/statement.css'
import './own.css'
import type { LoaderArgs, Middleware } from '../route.ts'
import { CitizenFrame } from './frame.tsx'

export const handle = { hydrates: false }

/** `/fr/…` is the page without its prefix; any other first segment than a language is a page that does not exist. */
export const middleware: Middleware[] = [
  ({ params, request }) => {
    const { pathname, search } = new URL(request.url)
    if (params.lang === defaultLanguage) throw redirect(inLanguage(pathname, defaultLanguage) + search, 301)
    if (params.lang !== undefined && !isLanguage(params.lang)) throw new Response(null, { status: 404 })
  },
]

export function loader({ context }: LoaderArgs) {
  return { site: doorsOf(context).site, theme: themePathOf(context) }
}

export default function CitizenLayout() {
  const { site } = useLoaderData<typeof loader>()
  return (
    <CitizenFrame site={site}>
      <Outlet />
    </CitizenFrame>
  )
}

export function ErrorBoundary() {
  const data = useRouteLoaderData<typeof loader>('citizen/layout')
  const { language } = useSpeech()
  return (
    <CitizenFrame site={data?.site}>
      <ErrorPage home={inLanguage('/', language)} />
    </CitizenFrame>
  )
}
