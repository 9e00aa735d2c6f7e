import type { ReactNode } from 'react'
import { Links, Meta, Outlet, Scripts, useMatches } from 'react-router'
import type { Site } from './context.ts'
import markUrl from './mark.svg?url'
import { useSpeech } from './speech-context.tsx'

/** What a layout route says about its pages. */
export type Face = { readonly hydrates: boolean }

export function Layout({ children }: { children: ReactNode }) {
  const speech = useSpeech()
  const matches = useMatches()
  const hydrates = matches.some(match => (match.handle as Face | undefined)?.hydrates)
  const site = matches.map(match => match.loaderData as { site?: Site } | undefined).find(data => data?.site)?.site
  const scheme = matches.map(match => match.loaderData as { scheme?: string } | undefined).find(data => data?.scheme)
  return (
    <html
      lang={speech.language}
      dir={speech.direction}
      data-accent={site?.accent ?? 'green'}
      data-mantine-color-scheme={scheme?.scheme}
      suppressHydrationWarning
    >
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href={markUrl} type="image/svg+xml" />
        <Meta />
        <Links />
      </head>
      <body>
        {children}
        {hydrates ? <Scripts /> : null}
      </body>
    </html>
  )
}

export default function Root() {
  return <Outlet />
}
