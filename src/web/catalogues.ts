import type { Language } from '#kernel'
import type { Catalogues } from './speech.ts'

type Loaders = Record<string, () => Promise<object>>
const loaders: Loaders = import.meta.glob('../../locales/*/*.json', { import: 'default' })

/** The sentences of one language. Each language is a file of its own: a browser fetches the one it reads. */
export async function loadCatalogues(language: Language): Promise<Catalogues> {
  const own = Object.entries(loaders).filter(([path]) => path.includes(`/locales/${language}/`))
  const entries = await Promise.all(own.map(async ([path, load]) => [nameOf(path), await load()] as const))
  return Object.fromEntries(entries)
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1, -'.json'.length)
}
