import { Button } from '@mantine/core'
import { Form, Link } from 'react-router'
import type { EvidenceLine } from '../duplicate-door.ts'
import type { DetailValue } from '../person-file.ts'
import type { CandidateFile, RegistrationAsked, RegistrationChecked } from '../registration-door.ts'
import type { Speech } from '../speech.ts'
import { useSpeech } from '../speech-context.tsx'
import { detailText } from './detail-text.ts'
import { Name, Section } from './parts.tsx'
import { HiddenAnswers } from './person-fields.tsx'
import { roles } from './table-parts.tsx'

/** A second look before anything is recorded: who of the register is alike, one beside the other. */
export function RegistrationCheck({ asked, checked }: { asked: RegistrationAsked; checked: RegistrationChecked }) {
  const { t } = useSpeech()
  const { candidates, isSearched } = checked
  return (
    <Form method="post" className="stack">
      <input type="hidden" name="person" value={asked.person} />
      <input type="hidden" name="from" value={asked.from ?? ''} />
      <input type="hidden" name="evidence" value={asked.evidence} />
      <input type="hidden" name="language" value={asked.language} />
      <HiddenAnswers answers={asked.answers} documents={asked.documents} />
      <p className="summary-name">
        <Name name={checked.name} />
      </p>
      {isSearched ? null : <p className="notice-line">{t('registration:desk.notSearched')}</p>}
      <p>{t('registration:desk.alike', { count: candidates.length })}</p>
      {candidates.map(candidate => (
        <Candidate key={candidate.person} candidate={candidate} />
      ))}
      <div className="buttons">
        <Button type="submit" name="step" value="record">
          {t('registration:desk.record')}
        </Button>{' '}
        <Button type="submit" name="step" value="edit" variant="default">
          {t('registration:desk.edit')}
        </Button>
      </div>
    </Form>
  )
}

function Candidate({ candidate }: { candidate: CandidateFile }) {
  const speech = useSpeech()
  const { t } = speech
  const { person, name, number, percent, rows, evidence } = candidate
  const label = `candidate-${person}`
  return (
    <Section
      title={t('registration:desk.candidate', { percent })}
      aside={
        <Link to={`/console/persons/${person}`} target="_blank" rel="noopener">
          {t('registration:desk.open')}
        </Link>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <section className="scroll" aria-labelledby={label} tabIndex={0}>
        <table {...roles.table} className="side-by-side">
          <caption className="unseen" id={label}>
            {t('registration:desk.beside')}
          </caption>
          <thead {...roles.rows}>
            <tr {...roles.row}>
              <th {...roles.columnHead}>{t('duplicates:compare.field')}</th>
              <th {...roles.columnHead}>{t('registration:desk.atDesk')}</th>
              <th {...roles.columnHead}>
                <Name name={name} />
                {number ? <bdi className="number soft">{number}</bdi> : null}
              </th>
            </tr>
          </thead>
          <tbody {...roles.rows}>
            {rows.map(row => (
              <tr key={row.field} {...roles.row}>
                <th {...roles.rowHead}>{t(`person:field.${row.field}`)}</th>
                <td {...roles.cell}>
                  <bdi lang={row.field.endsWith('Ar') ? 'ar' : undefined}>{text(row.said, speech)}</bdi>
                </td>
                <td {...roles.cell}>
                  <bdi lang={row.field.endsWith('Ar') ? 'ar' : undefined}>{text(row.known, speech)}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <ul className="pair-evidence">
        {evidence.map((line, place) => (
          <li key={place}>
            {clue(line, speech)}{' '}
            <span className={`badge ${tones[line.weight]}`}>{t(`duplicates:weight.${line.weight}`)}</span>
          </li>
        ))}
      </ul>
      <div className="buttons">
        <Button type="submit" name="same" value={person} variant="default">
          {t('registration:desk.same')}
        </Button>{' '}
        <label className="event-tick">
          <input type="checkbox" name="others" value={person} /> {t('registration:desk.other')}
        </label>
      </div>
    </Section>
  )
}

const tones = { strong_for: 'good', for: 'good', little: 'plain', against: 'bad', strong_against: 'bad' } as const

function text(value: DetailValue | undefined, speech: Speech): string {
  return value === undefined || value.kind === 'person' ? '–' : detailText(value, speech)
}

function clue(line: EvidenceLine, { t }: Speech): string {
  if (line.kind === 'column') return t(`duplicates:clue.${line.column}.${line.level}`)
  const type = t(`person:document.type.${line.type}`)
  return line.same ? t('duplicates:document.same', { type }) : t('duplicates:document.other', { type })
}
