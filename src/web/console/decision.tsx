import { Link, useLoaderData } from 'react-router'
import { parseId } from '#kernel'
import type { Citation, ExplainedStep, Explanation } from '#rules'
import type { DecisionFile } from '../context.ts'
import { isHidden } from '../hidden.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { LineTable, Reasons, Score, Steps } from './explanation.tsx'
import { guarded, openUnlessTooClose } from './guard.ts'
import { nameText, placeText } from './names.ts'
import { Heading, OutcomeBadge, outcomeTold, Section } from './parts.tsx'

export const loader = guarded('determination.read', async ({ params, context }) => {
  const household = parseId<'Household'>(params.id ?? '')
  const run = parseId<'DeterminationRun'>(params.run ?? '')
  if (household) await openUnlessTooClose(context, household)
  const found = household && run && (await doorsOf(context).console.decision(staffOf(context), household, run))
  if (!found) throw new Response(null, { status: 404 })
  return inTimeOf(context, found)
})

/** A decision as a letter reads: what, why, from which facts, by which rule, with which sum, and what would change it. */
export default function DecisionPage() {
  const file = useLoaderData<typeof loader>() as DecisionFile
  const { t, say, format } = useSpeech()
  const { decision } = file
  const explanation = decision.explanation as Explanation
  return (
    <article className="decision">
      <Heading
        title={t('console:decision.title', { programme: say(explanation.name), month: format.month(decision.at) })}
        over={<Over file={file} />}
        aside={<OutcomeBadge outcome={outcomeTold(decision)} />}
      />
      <div className="verdict" data-outcome={outcomeTold(decision)}>
        <p className="sentence">{say(explanation.sentence)}</p>
        {decision.amount ? (
          <p className="amount">
            <strong>{format.money(decision.amount)}</strong> {t(`console:per.${decision.amount.per}`)}
            {decision.amount.direction === 'pays' ? ` · ${t('console:decision.pays')}` : null}
          </p>
        ) : null}
      </div>
      {isHidden(decision) ? <p className="notice-line">{t('staff:hiddenWorking')}</p> : null}
      {decision.missing.length > 0 ? <Missing paths={decision.missing} /> : null}
      {decision.to_confirm.length > 0 ? (
        <p className="notice-line">{t('console:decision.toConfirm', { names: decision.to_confirm.join(', ') })}</p>
      ) : null}
      {explanation.reasons.length > 0 ? (
        <Section title={t('console:decision.reasons')}>
          <Reasons reasons={explanation.reasons} />
        </Section>
      ) : null}
      <LineTable file={file} />
      {explanation.amount ? (
        <Section title={t('console:decision.amountSteps')}>
          <Steps steps={[explanation.amount]} members={file.members} />
        </Section>
      ) : null}
      {explanation.scores.map(score => (
        <Section key={score.name} title={t('console:decision.score', { name: say(score.label) })}>
          <Score step={score} />
        </Section>
      ))}
      {explanation.covered.length > 0 ? (
        <Section title={t('console:decision.covered')}>
          <Steps steps={explanation.covered} members={file.members} />
        </Section>
      ) : null}
      {explanation.notes.length > 0 ? (
        <Section title={t('console:decision.notes')}>
          <Steps steps={explanation.notes} members={file.members} />
        </Section>
      ) : null}
      <Foot explanation={explanation} />
    </article>
  )
}

function Over({ file }: { file: DecisionFile }) {
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <>
      <Link to={`/console/households/${file.household}`}>{nameText(file.head, speech)}</Link> ·{' '}
      {placeText(file.territory, speech)} · {t('console:decision.decidedAt', { at: format.instant(file.decidedAt) })}
      {file.modelled ? <span className="modelled">{t('console:modelled')}</span> : null}
    </>
  )
}

function Missing({ paths }: { paths: readonly string[] }) {
  const { t } = useSpeech()
  return (
    <div className="notice-line">
      <p>{t('console:decision.missing')}</p>
      <ul>
        {paths.map(path => (
          <li key={path}>
            <code dir="ltr">{path}</code>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Foot({ explanation }: { explanation: Explanation }) {
  const { t, say } = useSpeech()
  return (
    <footer className="decision-foot">
      {explanation.remarks.map(remark => (
        <p key={remark.fr}>{say(remark)}</p>
      ))}
      <h2>{t('console:decision.sources')}</h2>
      <dl className="citations">
        {citationsOf(explanation).map(({ code, text }) => (
          <div key={code}>
            <dt>{code}</dt>
            <dd dir="auto">{text}</dd>
          </div>
        ))}
      </dl>
      <p>
        {t('console:decision.version')} <code dir="ltr">{explanation.version}</code>
      </p>
    </footer>
  )
}

/** Every text that the explanation cites, once, by its code. */
function citationsOf(explanation: Explanation): Citation[] {
  const found = new Map<string, Citation>()
  const walk = (step: ExplainedStep) => {
    for (const { sources } of [...step.parameters, ...step.terms])
      for (const each of sources) found.set(each.code, each)
    step.steps.forEach(walk)
  }
  const { reasons, scores, amount, lines, covered, notes } = explanation
  for (const step of [...reasons.map(reason => reason.step), ...scores, ...lines, ...covered, ...notes]) walk(step)
  if (amount) walk(amount)
  return [...found.values()].sort((a, b) => a.code.localeCompare(b.code, 'en', { numeric: true }))
}
