import { Button } from '@mantine/core'
import { Form } from 'react-router'
import type { DuplicateFile, DuplicateSide } from '../duplicate-door.ts'
import type { Speech } from '../speech.ts'
import { useSpeech } from '../speech-context.tsx'
import type { PairAnswers } from './duplicate.tsx'
import { nameText } from './names.ts'
import { Section } from './parts.tsx'

/** What an answer will do, in plain words, before it is recorded. */
export function DuplicateCheck({ file, answers }: { file: DuplicateFile; answers: PairAnswers }) {
  const speech = useSpeech()
  const { t } = speech
  const { decision } = answers
  const [kept, other] = file.sides[0].id === answers.kept ? file.sides : [file.sides[1], file.sides[0]]
  const proposes = decision === 'same' && file.takesTwo
  return (
    <Section title={t('duplicates:check.title')}>
      <Form method="post" className="narrow stack">
        {Object.entries(answers).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <p>
          <strong>
            {decision === 'same'
              ? t('duplicates:check.same', { name: nameText(kept.name, speech) })
              : decision === 'different'
                ? t('duplicates:check.different')
                : t('duplicates:check.later')}
          </strong>
        </p>
        <ul className="event-effects">
          {(decision === 'same'
            ? mergeFollows(kept, other, file.takesTwo, speech)
            : [decision === 'different' ? t('duplicates:follows.different') : t('duplicates:follows.later')]
          ).map(sentence => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        <p className="said">{t('duplicates:check.reason', { reason: answers.reason })}</p>
        <div className="buttons">
          <Button type="submit" name="step" value="record">
            {proposes ? t('duplicates:answer.propose') : t('duplicates:answer.record')}
          </Button>{' '}
          <Button type="submit" name="step" value="edit" variant="default">
            {t('duplicates:answer.edit')}
          </Button>
        </div>
      </Form>
    </Section>
  )
}

function mergeFollows(kept: DuplicateSide, other: DuplicateSide, takesTwo: boolean, speech: Speech): string[] {
  const { t } = speech
  return [
    ...(takesTwo ? [t('duplicates:follows.second')] : []),
    t('duplicates:follows.files'),
    numbersFollow(kept.number, other.number, speech),
    householdsFollow(kept, other, speech),
    t('duplicates:follows.payments'),
  ]
}

function numbersFollow(kept: string | undefined, other: string | undefined, { t }: Speech): string {
  if (kept && other) return t('duplicates:follows.numbers', { kept, other })
  if (other) return t('duplicates:follows.numberLost', { other })
  return kept ? t('duplicates:follows.numberKept', { kept }) : t('duplicates:follows.noNumber')
}

function householdsFollow(kept: DuplicateSide, other: DuplicateSide, { t }: Speech): string {
  const [own, left] = [kept.households[0], other.households[0]]
  if (own && left) {
    return own.id === left.id
      ? t('duplicates:follows.twice', { household: own.sourceId })
      : t('duplicates:follows.twoHouseholds', { kept: own.sourceId, other: left.sourceId })
  }
  if (left) return t('duplicates:follows.otherHousehold', { household: left.sourceId })
  return own ? t('duplicates:follows.oneHousehold', { household: own.sourceId }) : t('duplicates:follows.noHousehold')
}
