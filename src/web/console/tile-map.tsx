import type { Speech } from '../speech.ts'
import { type Level, linesOf, scaleOf } from './tile-scale.ts'

/** One region: its place (columns from the west, rows from the north), its name and what is said of it. */
export type Tile = {
  readonly code: string
  readonly column: number
  readonly row: number
  readonly label: string
  /** By which it is coloured; `hidden` where it may not be told, null where there is nothing to tell. */
  readonly value: number | 'hidden' | null
  /** The value as it is written in the tile. */
  readonly text: string
  /** Below it, smaller. */
  readonly note?: string
}

type TileMapProps = {
  readonly title: string
  readonly says: string
  /** Of the legend: a class from one value to another, and what hatching means. */
  readonly words: { readonly range: (from: number, to: number) => string; readonly hidden: string }
  readonly tiles: readonly Tile[]
  readonly speech: Pick<Speech, 'direction'>
  /** Unique on its page. */
  readonly id: string
}

const [WIDE, HIGH, GAP] = [86, 72, 4]
const [LEGEND, LINE] = [22, 11]

/** One hue from light to dark: told apart by lightness alone, so whatever colours a reader sees. Letters contrast by 4.5 and more. */
const FILLS = ['#eef3fa', '#c6d8ec', '#8fb3d9', '#3b6fa6', '#1f4876'] as const
const LETTERING = ['#1a2220', '#1a2220', '#1a2220', '#ffffff', '#ffffff'] as const

/**
 * A map of one tile a region: where it is, how much, and the number itself, so that colour never speaks alone. What is hidden is
 * hatched, and nothing of it (nor a class that it would give) is in the picture. The west stays on the left in every language. As
 * a file it stands alone: colours are attributes, which the style of a page may replace.
 */
export function TileMap({ title, says, words, tiles, speech: { direction }, id }: TileMapProps) {
  const columns = Math.max(...tiles.map(({ column }) => column)) + 1
  const rows = Math.max(...tiles.map(({ row }) => row)) + 1
  const width = columns * (WIDE + GAP)
  const scale = scaleOf(
    tiles.map(({ value }) => value),
    FILLS.length,
  )
  const hides = tiles.some(({ value }) => value === 'hidden')
  const legend = [...scale.ranges.map(([from, to]) => words.range(from, to)), ...(hides ? [words.hidden] : [])]
  const perRow = Math.max(2, Math.floor(width / 150))
  const top = rows * (HIGH + GAP) + 10
  const height = top + Math.ceil(legend.length / perRow) * LEGEND
  return (
    <svg
      className="tile-map"
      xmlns="http://www.w3.org/2000/svg"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-labelledby={`${id}-title ${id}-says`}
      fontFamily="system-ui, sans-serif"
      fontSize={9.5}
    >
      <title id={`${id}-title`}>{title}</title>
      <desc id={`${id}-says`}>{says}</desc>
      <defs>
        <pattern id={`${id}-hatch`} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect className="hatch-ground" width={6} height={6} fill="#ffffff" />
          <rect className="hatch" width={1.5} height={6} fill="#a6b1ac" />
        </pattern>
      </defs>
      <rect className="map-ground" width={width} height={height} fill="#ffffff" />
      {tiles.map(tile => (
        <TileShape key={tile.code} tile={tile} level={scale.levelOf(tile.value)} direction={direction} id={id} />
      ))}
      {legend.map((word, index) => {
        const slot = Math.floor(width / perRow)
        const place = (index % perRow) * slot
        const x = direction === 'rtl' ? width - place - 14 : place
        const y = top + Math.floor(index / perRow) * LEGEND
        const level = index < scale.ranges.length ? index : 'hidden'
        return (
          <g key={word}>
            <rect x={x + 0.5} y={y} width={13} height={13} {...paint(level, id)} />
            <text
              className="legend"
              x={direction === 'rtl' ? x - 6 : x + 20}
              y={y + 10}
              direction={direction}
              fill="#1a2220"
            >
              {word}
            </text>
          </g>
        )
      })}
    </svg>
  )
}

function TileShape({ tile, level, direction, id }: { tile: Tile; level: Level; direction: 'ltr' | 'rtl'; id: string }) {
  const { column, row, label, text, note } = tile
  const [x, y] = [column * (WIDE + GAP), row * (HIGH + GAP)]
  const middle = x + WIDE / 2
  const lines = linesOf(label)
  const below = y + 13 + lines.length * LINE
  const ink = typeof level === 'number' ? LETTERING[level] : '#1a2220'
  const letters = { x: middle, textAnchor: 'middle', direction, fill: ink } as const
  return (
    <g className={`tile level-${level}`}>
      <rect x={x + 0.5} y={y + 0.5} width={WIDE - 1} height={HIGH - 1} rx={3} {...paint(level, id)} />
      {/* Behind letters the hatching is put out: they must be read. */}
      {level === 'hidden' ? (
        <rect className="plate" x={x + 5} y={y + 4} width={WIDE - 10} height={HIGH - 8} rx={2} fill="#ffffff" />
      ) : null}
      {lines.map((line, index) => (
        <text key={line} y={y + 14 + index * LINE} {...letters}>
          {line}
        </text>
      ))}
      <text y={below + 5} fontSize={level === 'hidden' ? 10.5 : 12.5} fontWeight={600} {...letters}>
        {text}
      </text>
      {note ? (
        <text y={below + 19} fontSize={9} {...letters}>
          {note}
        </text>
      ) : null}
    </g>
  )
}

function paint(level: Level, id: string) {
  if (level === 'hidden') return { className: 'hidden-tile', fill: `url(#${id}-hatch)`, stroke: '#5a6472' }
  if (level === 'none') return { className: 'none-tile', fill: '#ffffff', stroke: '#a6b1ac', strokeDasharray: '3 3' }
  return { className: `fill-${level}`, fill: FILLS[level], stroke: '#5a6472' }
}
