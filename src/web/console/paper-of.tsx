import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import regular from '../fonts/arabic-400.woff2?inline'
import strong from '../fonts/arabic-600.woff2?inline'
import type { Speech } from '../speech.ts'
import { SpeechProvider } from '../speech-context.tsx'
import style from './paper-of.css?raw'

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
const FACES = [
  [regular, '400'],
  [strong, '600 700'],
]
  .map(
    ([url, weight]) =>
      `@font-face{font-family:"Socle Arabic";src:url("${url}") format("woff2");font-weight:${weight};unicode-range:U+0600-06FF}`,
  )
  .join('')

/** A page for paper that stands alone: its style and its letters inside, no script, no address of anything. */
export function paperOf(title: string, of: string, body: ReactNode, speech: Speech): string {
  const markup = renderToStaticMarkup(
    <html lang={speech.language} dir={speech.direction}>
      <head>
        <meta charSet="utf-8" />
        <meta httpEquiv="Content-Security-Policy" content={POLICY} />
        <title>{title}</title>
        <style dangerouslySetInnerHTML={{ __html: FACES + style }} />
      </head>
      <body>
        <SpeechProvider value={speech}>
          <h1>{title}</h1>
          <p>
            <bdi>{of}</bdi>
          </p>
          {body}
        </SpeechProvider>
      </body>
    </html>,
  )
  // The face of the printer has no narrow space that does not break: the plain one stands for it.
  return `<!doctype html>${markup.replaceAll('\u202f', '\u00a0')}`
}
