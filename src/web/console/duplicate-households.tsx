import { Link } from 'react-router'
import type { DuplicateFile } from '../duplicate-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { useMay } from './may.ts'
import { Section } from './parts.tsx'

/** A merged person whom two households count, or one counts twice: which event settles it. */
export function HouseholdsToSettle({ file }: { file: DuplicateFile }) {
  const { t } = useSpeech()
  const may = useMay()
  const [a, b] = file.sides
  const [kept, other] = file.kept === a.id ? [a, b] : [b, a]
  const [own, left] = [kept.households[0], other.households[0]]
  if (file.standing !== 'same' || !own || !left) return null
  const leaves = own.id === left.id ? [left] : [left, own]
  return (
    <Section title={t('duplicates:households.title')}>
      <p>{t('duplicates:households.what')}</p>
      {may('household.write') ? (
        <ul>
          {leaves.map(household => (
            <li key={household.id}>
              <Link to={`/console/households/${household.id}/events/new?kind=departure`}>
                {t('duplicates:households.leaves', { household: household.sourceId })}
              </Link>
            </li>
          ))}
          {own.id === left.id ? null : (
            <li>
              <Link
                to={`/console/households/${own.id}/events/new?kind=merge&from=${encodeURIComponent(left.sourceId)}`}
              >
                {t('duplicates:households.joins')}
              </Link>
            </li>
          )}
        </ul>
      ) : (
        <p className="soft">{t('duplicates:households.desk')}</p>
      )}
    </Section>
  )
}
