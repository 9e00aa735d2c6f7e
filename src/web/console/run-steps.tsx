import { Button, Textarea, TextInput } from '@mantine/core'
import { Form, Link, useActionData } from 'react-router'
import type { PaymentRunFile } from '../payment-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { StepRefused } from './budget-forms.tsx'
import { useMay } from './may.ts'
import { Section } from './parts.tsx'
import type { action } from './payment-run.tsx'

/** What comes next for a run, for whoever may do it: its file, its leaving, its answers; or that it does not leave. */
export function RunSteps({ run, today }: { run: PaymentRunFile; today: string }) {
  const { t } = useSpeech()
  const may = useMay()
  const makes = run.state === 'approved' && may('payment_file.export')
  const sends = run.state === 'file_made' && may('payment_run.send')
  const approves = may('payment_run.approve')
  const cancels = may('payment_run.cancel') && (run.state === 'approved' || (run.state === 'drafted' && !approves))
  const answers = run.state === 'sent'
  if (!makes && !sends && !cancels && !answers) return null
  return (
    <Section title={t('cycle:step.title')}>
      {makes ? <MakeFile today={today} /> : null}
      {sends ? <Send /> : null}
      {answers ? (
        <p>
          {t('cycle:step.answers')} <Link to="/console/payments/answers">{t('cycle:answers.title')}</Link>
        </p>
      ) : null}
      {cancels ? <Cancel run={run} /> : null}
    </Section>
  )
}

function useRefused(step: 'file' | 'sent' | 'refuse') {
  const { t } = useSpeech()
  const answer = useActionData<typeof action>()
  const refused = answer?.step === step ? answer : undefined
  const code = refused?.refusal.code ?? ''
  const says = code === '' ? undefined : t(`cycle:step.refusal.${code}`)
  return { code, says, refused }
}

function MakeFile({ today }: { today: string }) {
  const { t } = useSpeech()
  const { code, says, refused } = useRefused('file')
  const ofDay = code.startsWith('day_')
  return (
    <Form method="post" className="decide">
      <p>{t('cycle:step.file')}</p>
      {says && !ofDay ? <StepRefused says={says} code={code} /> : null}
      <TextInput
        name="on"
        type="date"
        label={t('console:run.execution')}
        defaultValue={refused?.on ?? today}
        error={ofDay ? says : undefined}
      />
      <Button type="submit" name="step" value="file">
        {t('cycle:step.makeFile')}
      </Button>
    </Form>
  )
}

function Send() {
  const { t } = useSpeech()
  const { code, says } = useRefused('sent')
  return (
    <Form method="post" className="decide">
      <p>{t('cycle:step.send')}</p>
      {says ? <StepRefused says={says} code={code} /> : null}
      <Button type="submit" name="step" value="sent">
        {t('cycle:step.markSent')}
      </Button>
    </Form>
  )
}

function Cancel({ run }: { run: PaymentRunFile }) {
  const { t } = useSpeech()
  const { code, says, refused } = useRefused('refuse')
  const ofReason = code === 'reason_missing'
  return (
    <details open={refused !== undefined}>
      <summary>{t('cycle:step.cancel')}</summary>
      <Form method="post" className="decide">
        <p className="soft">{t('cycle:step.cancelWhat')}</p>
        {says && !ofReason ? <StepRefused says={says} code={code} /> : null}
        <input type="hidden" name="hash" value={run.contentHash} />
        <Textarea
          id="cancel-reason"
          name="reason"
          label={t('cycle:step.why')}
          defaultValue={refused?.reason ?? ''}
          error={ofReason ? says : undefined}
          maxLength={1000}
          rows={2}
        />
        <Button type="submit" name="step" value="refuse" variant="default">
          {t('cycle:step.cancelSubmit')}
        </Button>
      </Form>
    </details>
  )
}
