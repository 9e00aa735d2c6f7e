import { Button, Textarea } from '@mantine/core'
import { Form, Link, useActionData } from 'react-router'
import type { PaymentRunFile } from '../payment-door.ts'
import { useSpeech } from '../speech-context.tsx'
import type { Code } from '../two-persons.ts'
import { AnswerRefusal } from './form-answer.tsx'
import { Section } from './parts.tsx'

/** Maker and checker side by side: what was drafted, by whom, and the checker's answer. */
export function ApproveRun({ run, reader }: { run: PaymentRunFile; reader: string }) {
  const { t, format } = useSpeech()
  const given = useActionData<{ readonly step: string; readonly reason: string; readonly refusal: Code }>()
  return (
    <Section title={t('security:run.title')}>
      <div className="columns">
        <dl className="pairs">
          <div className="pair">
            <dt>{t('security:run.maker')}</dt>
            <dd>
              <bdi>{run.draftedBy}</bdi> · {format.instant(run.draftedAt)}
            </dd>
          </div>
          <div className="pair">
            <dt>{t('security:run.checker')}</dt>
            <dd>
              <bdi>{reader}</bdi>
            </dd>
          </div>
          <div className="pair">
            <dt>{t('security:proposal.hash')}</dt>
            <dd className="hash" dir="ltr">
              {run.contentHash}
            </dd>
          </div>
        </dl>
        <Form method="post" className="decide">
          {given ? <AnswerRefusal refusal={given.refusal} /> : null}
          {given?.refusal.code === 'second_factor_required' ? (
            <p>
              <Link to="/console/account/second-step">{t('security:run.secondStep')}</Link>
            </p>
          ) : null}
          <input type="hidden" name="hash" value={run.contentHash} />
          <Textarea
            name="reason"
            label={t('security:decide.reason')}
            description={t('security:decide.reasonHow')}
            defaultValue={given?.reason ?? ''}
            maxLength={1000}
            rows={2}
          />
          <div className="buttons">
            <Button type="submit" name="step" value="approve">
              {t('security:decide.approve')}
            </Button>
            <Button type="submit" name="step" value="refuse" variant="default">
              {t('security:decide.refuse')}
            </Button>
          </div>
        </Form>
      </div>
    </Section>
  )
}
