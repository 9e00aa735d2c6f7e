import type { PointsPage } from '../cash-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { TileMap } from './tile-map.tsx'

/** Points by region: how many, for how many payees, and in how many days they serve them all, which is the colour. */
export function PointMap({ tiles }: { tiles: PointsPage['tiles'] }) {
  const speech = useSpeech()
  const { t, say, format } = speech
  return (
    <figure className="point-map">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <section className="scroll" aria-label={t('cash:map.title')} tabIndex={0}>
        <TileMap
          id="points"
          title={t('cash:map.title')}
          says={t('cash:map.says')}
          speech={speech}
          words={{
            range: (from, to) =>
              from === to
                ? format.percent(from)
                : t('cash:map.range', { from: format.percent(from), to: format.percent(to) }),
            hidden: '',
          }}
          tiles={tiles.map(({ code, column, row, words, points, payees, perDay }) => ({
            code,
            column,
            row,
            label: say(words),
            value: perDay === 0 ? null : payees / perDay,
            text: t('cash:map.points', { count: points, number: format.number(points) }),
            note: t('cash:map.payees', { count: payees, number: format.number(payees) }),
          }))}
        />
      </section>
      <figcaption className="soft">{t('cash:map.how')}</figcaption>
    </figure>
  )
}
