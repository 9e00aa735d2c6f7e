import { renderToStaticMarkup } from 'react-dom/server'
import { MemoryRouter } from 'react-router'
import regular from '../fonts/arabic-400.woff2?inline'
import strong from '../fonts/arabic-600.woff2?inline'
import type { SimulationPage } from '../simulation-door.ts'
import type { Speech } from '../speech.ts'
import { SpeechProvider } from '../speech-context.tsx'
import style from './simulation-paper.css?raw'
import { ScenarioTables, SideBySide } from './simulation-result.tsx'

export type SavedStudyPage = Extract<SimulationPage, { state: 'saved' }>

/** A study as a page for paper that stands alone: its style and its letters inside, no script, no address of anything. */
export function simulationPaper(page: SavedStudyPage, speech: Speech): string {
  const { language, direction } = speech
  const markup = renderToStaticMarkup(
    <html lang={language} dir={direction}>
      <head>
        <meta charSet="utf-8" />
        <meta httpEquiv="Content-Security-Policy" content={POLICY} />
        <title>{page.row.name}</title>
        <style dangerouslySetInnerHTML={{ __html: FACES + style + margins(page, speech) }} />
      </head>
      <body>
        <SpeechProvider value={speech}>
          <MemoryRouter>
            <Study page={page} speech={speech} />
          </MemoryRouter>
        </SpeechProvider>
      </body>
    </html>,
  )
  // The face of the printer has no narrow space that does not break: the plain one stands for it.
  return `<!doctype html>${markup.replaceAll('\u202f', '\u00a0')}`
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"

const FACES = [
  [regular, '400'],
  [strong, '600 700'],
]
  .map(
    ([url, weight]) =>
      `@font-face{font-family:"Socle Arabic";src:url("${url}") format("woff2");font-weight:${weight};` +
      'unicode-range:U+060C,U+061B,U+061F,U+0621-063A,U+0640-0652,U+066A-066C,U+0670-0671,U+067E,U+06A4,U+06AD,U+06AF}',
  )
  .join('')

/** What stands in the margin of every page: whose it is, that it is modelled where it is, and which page of how many. */
function margins({ result }: SavedStudyPage, { t, direction }: Speech): string {
  const [before = '', between = '', after = ''] = t('simulation:paper.page', { page: '\n', of: '\n' }).split('\n')
  const pages = `${quoted(before)} counter(page) ${quoted(between)} counter(pages) ${quoted(after)}`
  const [start, end] = direction === 'rtl' ? ['right', 'left'] : ['left', 'right']
  const box = (place: string, content: string, more = '') =>
    `@${place}{content:${content};direction:${direction};font:8pt var(--sans);color:#525e59;${more}}`
  const modelled = result.snapshot.modelled
    ? box(`top-${end}`, quoted(t('simulation:paper.modelled')), 'font-weight:600')
    : ''
  const own = box(`top-${start}`, quoted(t('site:title', { page: t('simulation:title') })))
  return `@page{size:A4 landscape;margin:16mm 14mm;${own}${modelled}${box(`bottom-${end}`, pages)}}`
}

/** A sentence as CSS writes a text; no sign of it may end the text or the style. */
function quoted(text: string): string {
  const escaped = text.replaceAll(/[\\"<\n\r\f]/g, sign => `\\${sign.codePointAt(0)?.toString(16)} `)
  return `"${escaped}"`
}

function Study({ page: { row, result, packs, tiles }, speech }: { page: SavedStudyPage; speech: Speech }) {
  const { t, say, format } = speech
  const { snapshot, scenarios } = result
  const known: [string, string][] = [
    [t('simulation:field.pack'), say(row.packName)],
    [t('simulation:paper.version'), result.version?.slice(0, 16) ?? t('simulation:paper.versionUnknown')],
    [t('simulation:field.month'), format.month(row.month)],
    [
      t('simulation:field.snapshot'),
      `${t('simulation:on', { day: format.date(snapshot.effectiveOn), households: format.number(snapshot.households) })} ${row.snapshotHash.slice(0, 16)}`,
    ],
    [t('simulation:paper.saved'), format.instant(row.savedAt)],
    [t('simulation:by'), row.savedName],
    [t('simulation:paper.study'), row.id],
    ...scenarios.map(({ name, version }): [string, string] => [
      t('simulation:paper.law', { name }),
      version === result.version ? t('simulation:law') : version.slice(0, 16),
    ]),
  ]
  return (
    <main>
      <h1>
        <bdi>{row.name}</bdi>
      </h1>
      {snapshot.modelled ? <p className="mark">{t('simulation:modelled')}</p> : null}
      <dl className="known">
        {known.map(([word, value]) => [
          <dt key={`${word} word`}>{word}</dt>,
          <dd key={word}>
            <bdi>{value}</bdi>
          </dd>,
        ])}
      </dl>
      <p className="soft">{t('simulation:hiddenSays')}</p>
      <SideBySide result={result} packs={packs} />
      {scenarios.map((scenario, index) => (
        <ScenarioTables
          key={scenario.name}
          home=""
          scenario={scenario}
          index={index}
          currency={result.currency}
          tiles={tiles}
        />
      ))}
    </main>
  )
}
