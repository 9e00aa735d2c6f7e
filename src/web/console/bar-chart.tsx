import type { Speech } from '../speech.ts'

export type Bar = {
  readonly code: string
  readonly label: string
  /** Null where it is hidden. */
  readonly before: number | null
  readonly now: number | null
}

type Chart = {
  readonly title: string
  readonly says: string
  readonly words: { readonly before: string; readonly now: string; readonly hidden: string }
  readonly bars: readonly Bar[]
  readonly speech: Pick<Speech, 'direction' | 'format'>
  /** Unique on its page. */
  readonly id: string
}

const WIDTH = 320
const MOST = 220
const ROW = 50
const HEAD = 30

/**
 * Two bars for each group, the law as it stands and the scenario, with the numbers beside them: what the table says, as a
 * picture. It stands alone as a file too: colours are attributes, which the style of a page may replace. Right to left, it begins
 * on the right.
 */
export function BarChart({ title, says, words, bars, speech: { direction, format }, id }: Chart) {
  const largest = Math.max(1, ...bars.flatMap(({ before, now }) => [before ?? 0, now ?? 0]))
  const height = HEAD + bars.length * ROW
  const rtl = direction === 'rtl'
  const start = rtl ? WIDTH : 0
  const long = (value: number | null) => Math.round((MOST * (value ?? 0)) / largest)
  const bar = (value: number | null, y: number, kind: 'before' | 'now') => {
    const width = long(value)
    const [fill, stroke] = kind === 'now' ? ['#31507a', '#31507a'] : ['#ffffff', '#5a6472']
    return (
      <>
        <rect
          className={kind}
          x={rtl ? WIDTH - width : 0.5}
          y={y}
          width={Math.max(0, width - 0.5)}
          height={11}
          fill={fill}
          stroke={stroke}
        />
        <text className="figure" x={rtl ? WIDTH - width - 6 : width + 6} y={y + 10} direction={direction}>
          {value === null ? words.hidden : format.number(value)}
        </text>
      </>
    )
  }
  return (
    <svg
      className="bars"
      xmlns="http://www.w3.org/2000/svg"
      viewBox={`0 0 ${WIDTH} ${height}`}
      role="img"
      aria-labelledby={`${id}-title ${id}-says`}
      fontFamily="system-ui, sans-serif"
      fontSize={11}
    >
      <title id={`${id}-title`}>{title}</title>
      <desc id={`${id}-says`}>{says}</desc>
      <g>
        <rect
          className="before"
          x={rtl ? WIDTH - 11 : 0.5}
          y={4}
          width={10}
          height={10}
          fill="#ffffff"
          stroke="#5a6472"
        />
        <text x={rtl ? start - 16 : 16} y={13} direction={direction}>
          {words.before}
        </text>
        <rect
          className="now"
          x={rtl ? WIDTH - 141 : 130.5}
          y={4}
          width={10}
          height={10}
          fill="#31507a"
          stroke="#31507a"
        />
        <text x={rtl ? start - 146 : 146} y={13} direction={direction}>
          {words.now}
        </text>
        {bars.map((each, index) => {
          const y = HEAD + index * ROW
          return (
            <g key={each.code}>
              <text x={start} y={y + 11} direction={direction} fontWeight={600}>
                {each.label}
              </text>
              {bar(each.before, y + 16, 'before')}
              {bar(each.now, y + 30, 'now')}
            </g>
          )
        })}
      </g>
    </svg>
  )
}
