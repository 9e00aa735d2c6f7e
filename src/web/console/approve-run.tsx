import { Link, useActionData } from 'react-router'
import type { PaymentRunFile } from '../payment-door.ts'
import { useSpeech } from '../speech-context.tsx'
import type { Code } from '../two-persons.ts'
import { DecideForm } from './decide-form.tsx'
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
        <DecideForm
          given={given}
          hash={run.contentHash}
          approve="approve"
          refuse="refuse"
          after={
            given?.refusal.code === 'second_factor_required' ? (
              <p>
                <Link to="/console/account/second-step">{t('security:run.secondStep')}</Link>
              </p>
            ) : null
          }
        />
      </div>
    </Section>
  )
}
