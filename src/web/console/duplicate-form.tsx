import { Button, Textarea } from '@mantine/core'
import { Form } from 'react-router'
import type { DuplicateFile, DuplicateSide } from '../duplicate-door.ts'
import { useSpeech } from '../speech-context.tsx'
import type { PairAnswers } from './duplicate.tsx'
import { nameText } from './names.ts'
import { Section } from './parts.tsx'

type Asked = { readonly file: DuplicateFile; readonly id: string; readonly answers: PairAnswers | undefined }

const decisions = ['same', 'different', 'later'] as const

/** The three answers, which file stands for the person, and why. */
export function AnswerForm({ file, id, answers }: Asked) {
  const { t, format } = useSpeech()
  const speech = useSpeech()
  const kept = answers?.kept || usual(file.sides)
  const label = (side: DuplicateSide) =>
    [
      nameText(side.name, speech),
      side.number ?? t('duplicates:pair.noNumber'),
      t('duplicates:pair.recorded', { date: format.date(side.recordedAt.slice(0, 10)) }),
    ].join(' · ')
  return (
    <Section title={t('duplicates:answer.title')}>
      <Form method="post" className="narrow stack pair-form">
        <input type="hidden" name="id" value={id} />
        <input type="hidden" name="seen" value={file.seen} />
        <fieldset className="event-part">
          <legend>{t('duplicates:answer.decision')}</legend>
          {decisions.map(each => (
            <label key={each} className="event-tick">
              <input type="radio" name="decision" value={each} defaultChecked={answers?.decision === each} />{' '}
              {t(`duplicates:answer.${each}`)}
            </label>
          ))}
        </fieldset>
        <fieldset className="event-part">
          <legend>{t('duplicates:answer.kept')}</legend>
          <p className="soft">{t('duplicates:answer.keptHow')}</p>
          {file.sides.map(side => (
            <label key={side.id} className="event-tick">
              <input type="radio" name="kept" value={side.id} defaultChecked={kept === side.id} />{' '}
              <bdi>{label(side)}</bdi>
            </label>
          ))}
        </fieldset>
        <Textarea
          name="reason"
          label={t('duplicates:answer.reason')}
          description={t('duplicates:answer.reasonHow')}
          maxLength={1000}
          defaultValue={answers?.reason ?? ''}
        />
        <div>
          <Button type="submit" name="step" value="check">
            {t('duplicates:answer.continue')}
          </Button>
        </div>
      </Form>
    </Section>
  )
}

/** The file that has a number, else the first recorded. */
function usual([a, b]: DuplicateFile['sides']): string {
  if ((a.number === undefined) !== (b.number === undefined)) return a.number === undefined ? b.id : a.id
  return a.recordedAt <= b.recordedAt ? a.id : b.id
}

/** Takes back what was decided, with a motive. */
export function UndoForm({ file, id, answers }: Asked) {
  const { t } = useSpeech()
  return (
    <Section title={t('duplicates:undo.title')}>
      <Form method="post" className="narrow stack pair-form">
        <p>{t('duplicates:undo.what')}</p>
        <input type="hidden" name="id" value={id} />
        <input type="hidden" name="seen" value={file.seen} />
        <input type="hidden" name="decision" value="undo" />
        <Textarea
          name="reason"
          label={t('duplicates:undo.reason')}
          maxLength={1000}
          defaultValue={answers?.decision === 'undo' ? answers.reason : ''}
        />
        <div>
          <Button type="submit" name="step" value="record" variant="default">
            {t('duplicates:undo.do')}
          </Button>
        </div>
      </Form>
    </Section>
  )
}
