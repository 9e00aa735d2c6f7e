import type { Table } from '#simulation'
import type { RegionTile } from '../simulation-door.ts'
import type { Speech } from '../speech.ts'
import { type Tile, TileMap } from './tile-map.tsx'

type RegionMapProps = {
  readonly scenario: string
  readonly table: Table
  readonly tiles: readonly RegionTile[]
  readonly speech: Speech
  readonly id: string
}

/** The share of each region's households that a scenario reaches, with the law's share below: what the table says, placed. */
export function RegionMap({ scenario, table, tiles, speech, id }: RegionMapProps) {
  const { t, format } = speech
  const range = (from: number, to: number) =>
    from === to
      ? format.percent(from)
      : t('simulation:map.range', { from: format.percent(from), to: format.percent(to) })
  return (
    <TileMap
      title={t('simulation:map.title', { scenario })}
      says={t('simulation:map.says')}
      words={{ range, hidden: t('simulation:map.hiddenLegend') }}
      tiles={regionTiles(table, tiles, speech)}
      speech={speech}
      id={id}
    />
  )
}

/** A share is made of two numbers that are shown, or it is not made. */
function regionTiles({ rows }: Pick<Table, 'rows'>, tiles: readonly RegionTile[], speech: Speech): Tile[] {
  const { t, say, format } = speech
  const found = new Map(rows.map(row => [row.code, row]))
  const share = (part: number | null, households: number | null) =>
    part === null || households === null || households === 0 ? ('hidden' as const) : part / households
  const written = (value: number | 'hidden') =>
    value === 'hidden' ? t('simulation:map.hidden') : format.percent(value)
  return tiles.map(({ words, ...place }): Tile => {
    const row = found.get(place.code)
    if (!row) return { ...place, label: say(words), value: null, text: t('simulation:map.none') }
    const value = share(row.reached, row.households)
    const law = written(share(row.reachedBefore, row.households))
    return { ...place, label: say(words), value, text: written(value), note: t('simulation:map.law', { share: law }) }
  })
}
