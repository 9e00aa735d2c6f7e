import type { ReactNode } from 'react'
import { Links, Meta, Outlet, Scripts, useMatches } from 'react-router'
import markUrl from './mark.svg?url'
import { useNonce } from './nonce-context.tsx'
import { useSpeech } from './speech-context.tsx'

/** What the layout routes say of their pages: whether a script runs, the country's accent, light or dark by choice. */
type Face = { readonly hydrates?: boolean; readonly theme?: string; readonly scheme?: Scheme }
export type Scheme = 'light' | 'dark' | 'auto'

export function Layout({ children }: { children: ReactNode }) {
  const speech = useSpeech()
  const { hydrates, theme, scheme } = useFace()
  return (
    <html
      lang={speech.language}
      dir={speech.direction}
      data-mantine-color-scheme={scheme === 'light' || scheme === 'dark' ? scheme : undefined}
      suppressHydrationWarning
    >
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href={markUrl} type="image/svg+xml" />
        <Meta />
        <Links />
        {theme ? <link rel="stylesheet" href={theme} /> : null}
        {hydrates && scheme === 'auto' ? <FollowSystem /> : null}
      </head>
      <body>
        {children}
        {hydrates ? <Scripts /> : null}
      </body>
    </html>
  )
}

function useFace(): Face {
  const face: Face = {}
  for (const { handle, loaderData } of useMatches()) Object.assign(face, handle, loaderData as Face | undefined)
  return face
}

/** Tells the components the system's choice before the first paint: their style sheet knows only an attribute. */
function FollowSystem() {
  const script =
    "document.documentElement.dataset.mantineColorScheme=matchMedia('(prefers-color-scheme:dark)').matches?'dark':'light'"
  // A constant of ours, under this answer's nonce.
  return <script nonce={useNonce()} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: script }} />
}

export default function Root() {
  return <Outlet />
}
