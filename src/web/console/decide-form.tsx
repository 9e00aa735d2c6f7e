import { Button, Textarea } from '@mantine/core'
import type { ReactNode } from 'react'
import { Form } from 'react-router'
import { useSpeech } from '../speech-context.tsx'
import type { Code } from '../two-persons.ts'
import { AnswerRefusal } from './form-answer.tsx'

type DecideFormProps = {
  readonly given: { readonly reason: string; readonly refusal: Code } | undefined
  /** What is approved, so that nothing else is. */
  readonly hash: string
  /** Values of `step`. */
  readonly approve: string
  readonly refuse: string
  /** What to do about the refusal, under it. */
  readonly after?: ReactNode
}

/** The answer of the second person: yes or no, with a reason. */
export function DecideForm({ given, hash, approve, refuse, after }: DecideFormProps) {
  const { t } = useSpeech()
  return (
    <Form method="post" className="decide">
      {given ? <AnswerRefusal refusal={given.refusal} /> : null}
      {after}
      <input type="hidden" name="hash" value={hash} />
      <Textarea
        name="reason"
        label={t('security:decide.reason')}
        description={t('security:decide.reasonHow')}
        defaultValue={given?.reason ?? ''}
        maxLength={1000}
        rows={2}
      />
      <div className="buttons">
        <Button type="submit" name="step" value={approve}>
          {t('security:decide.approve')}
        </Button>
        <Button type="submit" name="step" value={refuse} variant="default">
          {t('security:decide.refuse')}
        </Button>
      </div>
    </Form>
  )
}
