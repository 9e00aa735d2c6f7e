import type { PersonName } from '../context.ts'
import type { SettledRow } from '../duplicate-door.ts'
import type { Speech } from '../speech.ts'
import { useSpeech } from '../speech-context.tsx'
import { nameText } from './names.ts'
import { Name } from './parts.tsx'

/** Two names of a pair, one under the other. */
export function PairNames({ names }: { names: readonly [PersonName, PersonName] }) {
  const { t } = useSpeech()
  return (
    <span className="pair-names">
      <Name name={names[0]} />
      <span className="unseen"> {t('duplicates:and')} </span>
      <Name name={names[1]} />
    </span>
  )
}

/** How certain it is, in a word, and out of a hundred. Never a hundred: nothing is certain before somebody has looked. */
export function certainty(permille: number, { t, format }: Speech): string {
  const number = format.number(Math.min(99, Math.floor(permille / 10)))
  return `${t(`duplicates:certain.${certaintyOf(permille)}`)} (${t('duplicates:outOf', { number })})`
}

function certaintyOf(permille: number): 'almost' | 'likely' | 'probable' | 'possible' {
  if (permille >= 990) return 'almost'
  if (permille >= 800) return 'likely'
  return permille >= 500 ? 'probable' : 'possible'
}

const tones = { same: 'good', different: 'plain', later: 'doubt', undo: 'plain' } as const

/** What was decided of a pair, and who stands for both. */
export function DecisionText({ row }: { row: Pick<SettledRow, 'decision' | 'kept' | 'unsettledHouseholds'> }) {
  const speech = useSpeech()
  const { t } = speech
  return (
    <>
      <span className={`badge ${tones[row.decision]}`}>{t(`duplicates:decision.${row.decision}`)}</span>{' '}
      {row.kept ? t('duplicates:settled.kept', { name: nameText(row.kept, speech) }) : null}{' '}
      {row.unsettledHouseholds ? <span className="badge doubt">{t('duplicates:settled.households')}</span> : null}
    </>
  )
}
