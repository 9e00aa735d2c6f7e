import { Link } from 'react-router'
import type { GivenRow } from '../answers-door.ts'
import type { Speech } from '../speech.ts'
import { useSpeech } from '../speech-context.tsx'
import { Figures } from './parts.tsx'

/** What a file of answers brings, in the order in which it is told. */
export const BROUGHT = ['lines', 'confirmed', 'returned', 'reversed', 'exceptions'] as const

export type GivenState = 'waiting' | 'reading' | 'recording' | 'now' | 'again' | 'refused' | 'withdrawn'

export function stateOf({ taken, refusal, stage }: GivenRow): GivenState {
  if (refusal) return refusal.code === 'withdrawn' ? 'withdrawn' : 'refused'
  return taken ?? stage ?? 'waiting'
}

/** Left to the workers, and not ended. */
export const isOpen = ({ endedAt }: GivenRow) => endedAt === null

const tones = {
  waiting: 'doubt',
  reading: 'doubt',
  recording: 'doubt',
  now: 'good',
  again: 'plain',
  refused: 'bad',
  withdrawn: 'plain',
} as const

export function GivenBadge({ given }: { given: GivenRow }) {
  const { t, format } = useSpeech()
  const state = stateOf(given)
  return (
    <>
      <span className={`badge ${tones[state]}`}>{t(`cycle:given.state.${state}`)}</span>
      {state === 'reading' ? ` ${format.percent(given.bytesRead / given.size, 0)}` : null}
    </>
  )
}

const KILO = 1000
const MEGA = 1_000_000

/** 12,4 Mo; of what is small, in thousands. */
export function sizeText(bytes: number, { t, format }: Pick<Speech, 't' | 'format'>): string {
  if (bytes < MEGA) return t('cycle:given.kilobytes', { number: format.number(Math.ceil(bytes / KILO)) })
  return t('cycle:given.megabytes', { number: format.number((bytes / MEGA).toFixed(1), 1) })
}

type Refused = { readonly code: string }

/** Why a file was refused: the line, the column, what stands there, what is accepted. */
export function refusalSays(refusal: Refused, { t, format }: Pick<Speech, 't' | 'format'>): string {
  return t(`cycle:answers.refusal.${refusal.code}`, factsOf(refusal, format))
}

const FACTS = [
  'column',
  'text',
  'found',
  'known',
  'references',
  'at',
  'by',
  'endToEndId',
  'currency',
  'format',
  'message',
]

/** Figures and texts of a refusal, for its sentence; what it does not say is empty. */
function factsOf(refusal: object, format: Speech['format']): Record<string, string> {
  const empty = Object.fromEntries([...FACTS, 'line', 'limit'].map(name => [name, '']))
  const said = Object.entries(refusal).map(([name, value]) => {
    if (typeof value === 'number') return [name, format.number(value)]
    return [name, Array.isArray(value) ? value.join(', ') : String(value).slice(0, 200)]
  })
  return { ...empty, ...Object.fromEntries(said) }
}

/** What a file brought, and where to look at what somebody must see. */
export function Brought({ figures }: { figures: NonNullable<GivenRow['figures']> }) {
  const { t, format } = useSpeech()
  return (
    <>
      <Figures
        figures={BROUGHT.map(each => ({
          label: t(`cycle:answers.count.${each}`),
          value: format.number(figures[each]),
        }))}
      />
      {figures.exceptions > 0 ? (
        <p>
          <Link to="/console/payments/exceptions">{t('cycle:answers.look')}</Link>
        </p>
      ) : null}
    </>
  )
}
