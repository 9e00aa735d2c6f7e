import { Outlet, redirect, useLoaderData, useRouteError, useRouteLoaderData } from 'react-router'
import { ErrorPage } from '../components/error-page.tsx'
import { readCookie, schemeCookie } from '../language.ts'
import { accessKey, accessOf, doorsOf, inTimeOf, keepPace, staffKey, staffOf, themePathOf } from '../load-context.ts'
import type { Scheme } from '../root.tsx'
import type { LoaderArgs, Middleware } from '../route.ts'
import { ForbiddenPage, forbiddenIn, TooClosePage, tooCloseIn } from './forbidden.tsx'
import { ConsoleFrame } from './frame.tsx'
import { ConsoleProviders } from './providers.tsx'

export const handle = { hydrates: true }

/** Nothing of the console is answered before the reader is known. */
export const middleware: Middleware[] = [
  async ({ request, context }) => {
    const staff = await doorsOf(context).staff.of(request.headers)
    if (!staff) throw redirect(`/console/sign-in?next=${encodeURIComponent(pageOf(request))}`)
    keepPace(context, staff.id)
    context.set(staffKey, staff)
    context.set(accessKey, await doorsOf(context).console.access(staff))
  },
]

export function loader({ request, context }: LoaderArgs) {
  const { id: _id, ...staff } = staffOf(context)
  const { permissions: may, emergencies } = accessOf(context)
  return {
    ...inTimeOf(context, { emergencies }),
    site: doorsOf(context).site,
    theme: themePathOf(context),
    scheme: schemeOf(request),
    staff,
    may,
  }
}

export function schemeOf(request: Request): Scheme {
  const chosen = readCookie(request, schemeCookie)
  return chosen === 'light' || chosen === 'dark' ? chosen : 'auto'
}

/** The address a reader sees: data requests of the router carry a suffix and a parameter of its own. */
function pageOf(request: Request): string {
  const url = new URL(request.url)
  url.searchParams.delete('_routes')
  return url.pathname.replace(/\.data$/, '') + url.search
}

export default function ConsoleLayout() {
  const data = useLoaderData<typeof loader>()
  return (
    <ConsoleProviders scheme={data.scheme}>
      <ConsoleFrame {...data}>
        <Outlet />
      </ConsoleFrame>
    </ConsoleProviders>
  )
}

export function ErrorBoundary() {
  const data = useRouteLoaderData<typeof loader>('console/layout')
  const error = useRouteError()
  const [forbidden, tooClose] = [forbiddenIn(error), tooCloseIn(error)]
  const page = forbidden ? (
    <ForbiddenPage {...forbidden} />
  ) : tooClose ? (
    <TooClosePage {...tooClose} />
  ) : (
    <ErrorPage home="/console" />
  )
  return (
    <ConsoleProviders scheme={data?.scheme ?? 'auto'}>
      {data ? <ConsoleFrame {...data}>{page}</ConsoleFrame> : <main id="main">{page}</main>}
    </ConsoleProviders>
  )
}
