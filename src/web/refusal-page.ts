import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Language, languages } from '#kernel'
import { createSpeech, type Speech } from './speech.ts'
import type { Refusal } from './turned-away.ts'

type Kind = Refusal['kind'] | 'broken'
const kinds: readonly Kind[] = ['malformed', 'foreign', 'large', 'hurried', 'broken']

const css = `:root{color-scheme:light dark;font-family:system-ui,sans-serif;line-height:1.5}
main{max-inline-size:36rem;margin-inline:auto;padding:clamp(1.5rem,8vh,5rem) 1rem}
h1{font-size:1.5rem;line-height:1.25}
p:first-child{font-weight:600}
a{color:inherit;text-underline-offset:.2em;display:inline-block;padding-block:.75rem}`

export type RefusalPages = {
  readonly style: { readonly path: string; readonly css: string }
  readonly html: (kind: Kind, language: Language, home: string) => string
}

/**
 * Pages for those who are turned away before any other page is asked: made once, so that saying no to a flood costs
 * nothing, in the words that the other pages use.
 */
export function refusalPages(): RefusalPages {
  const path = `/refusal-${createHash('sha256').update(css).digest('hex').slice(0, 12)}.css`
  const made = new Map<string, string>()
  for (const language of languages) {
    const speech = createSpeech(language, { site: catalogue(language), dates: catalogue(language, 'dates') })
    for (const kind of kinds) made.set(`${language} ${kind}`, page(speech, kind, path))
  }
  return {
    style: { path, css },
    html: (kind, language, home) => made.get(`${language} ${kind}`)!.replace('href="HOME"', `href="${home}"`),
  }
}

function catalogue(language: Language, name = 'site'): object {
  return JSON.parse(readFileSync(new URL(`../../locales/${language}/${name}.json`, import.meta.url), 'utf8'))
}

function page({ t, language, direction }: Speech, kind: Kind, style: string): string {
  const title = escaped(t(`site:error.${kind}.title`))
  return `<!DOCTYPE html><html lang="${language}" dir="${direction}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${escaped(t('site:title', { page: t(`site:error.${kind}.title`) }))}</title>
<link rel="stylesheet" href="${style}"></head>
<body><main id="main"><p>${escaped(t('site:name'))}</p><h1>${title}</h1>
<p>${escaped(t(`site:error.${kind}.what`))}</p><a href="HOME">${escaped(t('site:error.home'))}</a></main></body></html>
`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
