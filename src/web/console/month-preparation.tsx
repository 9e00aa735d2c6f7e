import { Alert, Button } from '@mantine/core'
import { Form, Link } from 'react-router'
import type { MonthPage, MonthPreparation } from '../cycle-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { Section } from './parts.tsx'

const STAGES = ['keeping_back', 'gathering', 'checking', 'writing'] as const

/** Asked of the workers, and neither drafted nor refused. */
export const isUnderWay = (preparation: MonthPreparation | null) =>
  preparation !== null && preparation.refusal === null && preparation.reference === null

/** The run that was asked of the workers last: how far it is, where it is, or why there is none. A run drafted before is in the list. */
export function MonthPreparationPart({ page, followed }: { page: MonthPage; followed: string | undefined }) {
  const { t } = useSpeech()
  const { preparation } = page
  if (preparation === null || (preparation.reference !== null && preparation.id !== followed)) return null
  return (
    <Section title={t('cycle:preparation.title')} id="preparation">
      {preparation.refusal ? (
        <Refused refusal={preparation.refusal} />
      ) : preparation.reference ? (
        <p role="status" className="notice-line">
          {t('cycle:preparation.done')}{' '}
          <Link to={`/console/payments/${preparation.reference}?drafted`}>
            {t('cycle:preparation.run', { reference: preparation.reference })}
          </Link>
        </p>
      ) : (
        <UnderWay page={page} preparation={preparation} />
      )}
    </Section>
  )
}

function UnderWay({ page, preparation }: { page: MonthPage; preparation: MonthPreparation }) {
  const { t, format } = useSpeech()
  const { stage, attempt, askedAt, begunAt } = preparation
  const here = new URLSearchParams({ programme: page.programme, month: page.month, asked: preparation.id })
  return (
    <>
      <p>{t('cycle:preparation.asked', { at: format.instant(askedAt) })}</p>
      {stage === null || begunAt === null ? (
        <p>{t('cycle:preparation.waiting')}</p>
      ) : (
        <>
          <p>
            <progress
              max={STAGES.length}
              value={STAGES.indexOf(stage) + 0.5}
              aria-label={t('cycle:preparation.progress')}
            />{' '}
            {t('cycle:preparation.step', {
              step: format.number(STAGES.indexOf(stage) + 1),
              all: format.number(STAGES.length),
            })}{' '}
            <strong>{t(`cycle:preparation.stage.${stage}`)}</strong>
          </p>
          <p className="soft">{t('cycle:preparation.begun', { at: format.instant(begunAt) })}</p>
        </>
      )}
      {attempt !== null && attempt > 1 ? (
        <p className="notice-line">{t('cycle:preparation.again', { attempt: format.number(attempt) })}</p>
      ) : null}
      <p>
        <Link to={`/console/payments/month?${here}`}>{t('cycle:preparation.lookAgain')}</Link>
      </p>
      {page.mayPrepare ? (
        <Form method="post" className="narrow stack">
          <p className="soft">{t('cycle:preparation.resumeHow')}</p>
          <input type="hidden" name="run" value={preparation.id} />
          <input type="hidden" name="programme" value={page.programme} />
          <input type="hidden" name="month" value={page.month} />
          <input type="hidden" name="line" value={preparation.budgetLine} />
          <div>
            <Button type="submit" variant="default">
              {t('cycle:preparation.resume')}
            </Button>
          </div>
        </Form>
      ) : null}
    </>
  )
}

/** Why no run was drafted; where all waits or is taken, how many and for which reason. */
function Refused({ refusal }: { refusal: NonNullable<MonthPreparation['refusal']> }) {
  const { t, format } = useSpeech()
  const nothing = refusal.code === 'nothing_to_pay' ? refusal : undefined
  const lines = (number: number) => t('cycle:prepare.lines', { count: number, number: format.number(number) })
  return (
    <Alert color="red" role="alert" variant="light">
      {t(`cycle:prepare.refusal.${refusal.code}`, { lines: nothing ? lines(nothing.offered) : '' })}
      {nothing ? (
        <ul>
          {nothing.inRuns.map(run => (
            <li key={run.reference}>
              <Link to={`/console/payments/${run.reference}`}>
                <bdi>{run.reference}</bdi>
              </Link>{' '}
              · {lines(run.lines)} · {t(`console:runState.${run.state}`)}
            </li>
          ))}
          {Object.entries(nothing.leftOut).map(([reason, number]) => (
            <li key={reason}>
              {t(`console:leftOut.${reason}`)} · {lines(number)}
            </li>
          ))}
        </ul>
      ) : null}
    </Alert>
  )
}
