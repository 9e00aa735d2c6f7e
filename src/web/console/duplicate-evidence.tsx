import type { DuplicateFile, EvidenceLine, PairNote } from '../duplicate-door.ts'
import type { Speech } from '../speech.ts'
import { useSpeech } from '../speech-context.tsx'
import { Section } from './parts.tsx'

const speaksFor = ({ weight }: EvidenceLine) => weight === 'strong_for' || weight === 'for'
const speaksAgainst = ({ weight }: EvidenceLine) => weight === 'strong_against' || weight === 'against'

/** What speaks for one person and for two, the heaviest first, in words that need no statistics. */
export function Evidence({ file: { evidence, notes } }: { file: DuplicateFile }) {
  const speech = useSpeech()
  const { t } = speech
  const little = evidence.filter(line => !speaksFor(line) && !speaksAgainst(line))
  return (
    <Section title={t('duplicates:evidence.title')}>
      <div className="columns">
        <Lines title={t('duplicates:evidence.for')} lines={evidence.filter(speaksFor)} />
        <Lines title={t('duplicates:evidence.against')} lines={evidence.filter(speaksAgainst)} />
      </div>
      {little.length > 0 ? (
        <p className="soft">
          {t('duplicates:weight.little')}
          {speech.language === 'fr' ? '\u00a0' : ''}: {little.map(line => lineText(line, speech)).join(' · ')}
        </p>
      ) : null}
      {notes.length > 0 ? (
        <div className="pair-notes">
          <h3>{t('duplicates:note.title')}</h3>
          <ul>
            {notes.map(note => (
              <li key={note.note}>{noteText(note, speech)}</li>
            ))}
          </ul>
        </div>
      ) : null}
      <p className="soft">{t('duplicates:evidence.how')}</p>
    </Section>
  )
}

function Lines({ title, lines }: { title: string; lines: readonly EvidenceLine[] }) {
  const speech = useSpeech()
  const { t } = speech
  return (
    <div>
      <h3>{title}</h3>
      {lines.length === 0 ? <p className="soft">{t('duplicates:evidence.nothing')}</p> : null}
      <ul className="pair-evidence">
        {lines.map((line, place) => (
          <li key={place}>
            {lineText(line, speech)}{' '}
            <span className={`badge ${speaksFor(line) ? 'good' : 'bad'}`}>{t(`duplicates:weight.${line.weight}`)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function lineText(line: EvidenceLine, { t }: Speech): string {
  if (line.kind === 'column') return t(`duplicates:clue.${line.column}.${line.level}`)
  const type = t(`person:document.type.${line.type}`)
  return line.same ? t('duplicates:document.same', { type }) : t('duplicates:document.other', { type })
}

function noteText(note: PairNote, { t, format }: Speech): string {
  if (note.note !== 'family_phone') return t(`duplicates:note.${note.note}`)
  return t('duplicates:note.family_phone', { count: note.others, number: format.number(note.others) })
}
