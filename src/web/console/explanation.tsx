import type { Citation, ExplainedFact, ExplainedParameter, ExplainedReason, ExplainedStep, ExplainedTerm } from '#rules'
import type { DecisionFile, PersonName } from '../context.ts'
import { isHidden } from '../hidden.ts'
import type { Speech } from '../speech.ts'
import { useSpeech } from '../speech-context.tsx'
import { nameText } from './names.ts'
import { Section } from './parts.tsx'
import { Table } from './table.tsx'
import { Cell, ColumnHead, roles } from './table-parts.tsx'

type Members = Readonly<Record<string, PersonName>>

/** Each refusal of the programme: whether it holds, in this household's figures, and what would have to be different. */
export function Reasons({ reasons }: { reasons: readonly ExplainedReason[] }) {
  const { t, say } = useSpeech()
  return (
    <ul className="reasons">
      {reasons.map(reason => (
        <li key={reason.code}>
          <p className="step">
            <span>{say(reason.words)}</span>
            <span className={`badge ${reason.holds === true ? 'bad' : reason.holds === false ? 'good' : 'doubt'}`}>
              {t(`console:holds.${String(reason.holds) as 'true'}`)}
            </span>
          </p>
          {reason.otherwise ? <p className="otherwise">{say(reason.otherwise)}</p> : null}
          <Working step={reason.step} members={{}} />
        </li>
      ))}
    </ul>
  )
}

/** The lines of a decision: who brings what. */
export function LineTable({ file }: { file: DecisionFile }) {
  const speech = useSpeech()
  const { t, say, format } = speech
  const { lines, explanation, amount } = file.decision
  if (lines.length === 0) return null
  const rows = lines.map((line, index) => ({ ...line, step: explanation?.lines[index], index }))
  return (
    <Section title={t('console:decision.lines')}>
      <Table
        caption={t('console:decision.lines')}
        quietCaption
        rows={rows}
        keyOf={row => `${row.index}`}
        empty=""
        columns={[
          { key: 'member', label: t('console:column.name'), text: row => memberText(row.member, file.members, speech) },
          { key: 'why', label: t('console:column.line'), text: row => lineLabel(row.step, row.code, say) },
          {
            key: 'value',
            label: t('console:column.amount'),
            numeric: true,
            text: row =>
              isHidden(row)
                ? t('staff:hidden')
                : row.value === null
                  ? t('console:unknown')
                  : format.money({ value: row.value, currency: amount?.currency ?? '' }),
          },
        ]}
      />
    </Section>
  )
}

/** A line without words of its own takes those of the step it comes from. */
function lineLabel(step: ExplainedStep | undefined, code: string, say: Speech['say']): string {
  if (!step) return code
  return say(step.label) || lineLabel(step.steps[0], code, say)
}

/** A score: a table of its terms, value × coefficient, whose sum is the score. */
export function Score({ step }: { step: ExplainedStep }) {
  const { t, format } = useSpeech()
  const sum = findSum(step)
  return (
    <>
      <p className="score-line">
        <strong className="numeric">{step.value === null ? t('console:unknown') : format.number(step.value, 7)}</strong>{' '}
        <span className="soft">
          {t('console:decision.terms', { count: sum.terms.length, number: format.number(sum.terms.length) })}
        </span>
      </p>
      <Terms terms={sum.terms} start={startOf(sum)} total={step.value} />
      <Steps steps={step.steps.filter(each => each !== sum)} members={{}} />
    </>
  )
}

/** The weighted sum of a score: the step itself, or the one below it that it rounds. */
function findSum(step: ExplainedStep): ExplainedStep {
  return step.terms.length > 0 ? step : (step.steps.map(findSum).find(found => found.terms.length > 0) ?? step)
}

/** What the sum starts from: constant and region effect, where the rule has them. */
function startOf(step: ExplainedStep): readonly ExplainedParameter[] {
  return step.parameters
}

function Terms({
  terms,
  start,
  total,
}: {
  terms: readonly ExplainedTerm[]
  start: readonly ExplainedParameter[]
  total: string | null
}) {
  const { t, say, format } = useSpeech()
  const figures = (['value', 'coefficient', 'contribution'] as const).map(name => t(`console:column.${name}`))
  const [value, coefficient, contribution] = figures as [string, string, string]
  const source = t('console:column.source')
  return (
    <div className="table">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <section className="scroll" aria-label={t('console:decision.termsCaption')} tabIndex={0}>
        <table {...roles.table} className="terms stacks">
          <caption className="unseen">{t('console:decision.termsCaption')}</caption>
          <thead {...roles.rows}>
            <tr {...roles.row}>
              <ColumnHead label={t('console:column.term')} />
              {figures.map(label => (
                <ColumnHead key={label} label={label} numeric />
              ))}
              <ColumnHead label={source} />
            </tr>
          </thead>
          <tbody {...roles.rows}>
            {start.map(parameter => (
              <tr key={parameter.name} {...roles.row}>
                <th {...roles.rowHead}>{say(parameter.label)}</th>
                <Cell name={value} />
                <Cell name={coefficient} />
                <Cell name={contribution} numeric>
                  {parameter.value === null ? '–' : decimal(parameter.value, format)}
                </Cell>
                <Cell name={source}>
                  <Sources sources={parameter.sources} confidence={parameter.confidence} from={parameter.valid_from} />
                </Cell>
              </tr>
            ))}
            {terms.map(term => (
              <tr key={term.name} {...roles.row} className={isNothing(term) ? 'nothing' : undefined}>
                <th {...roles.rowHead}>{say(term.label)}</th>
                <Cell name={value} numeric>
                  {isHidden(term) ? t('staff:hidden') : valueText(term.value, { format, t })}
                </Cell>
                <Cell name={coefficient} numeric>
                  {term.coefficient === null ? '–' : decimal(term.coefficient, format)}
                </Cell>
                <Cell name={contribution} numeric>
                  {term.contribution === null ? '–' : decimal(term.contribution, format)}
                </Cell>
                <Cell name={source}>
                  <Sources sources={term.sources} confidence={term.confidence} from={term.valid_from} />
                </Cell>
              </tr>
            ))}
          </tbody>
          <tfoot {...roles.rows}>
            <tr {...roles.row}>
              <th {...roles.rowHead} colSpan={3}>
                {t('console:decision.sum')}
              </th>
              <Cell name={contribution} numeric>
                {total === null ? t('console:unknown') : format.number(total, 7)}
              </Cell>
              <Cell name={source} />
            </tr>
          </tfoot>
        </table>
      </section>
    </div>
  )
}

function isNothing(term: ExplainedTerm): boolean {
  return term.contribution !== null && /^-?0(\.0+)?$/.test(term.contribution)
}

/** A value as written out: a truth, a decimal, or the text it is. */
function valueText(value: string | null, { format, t }: Pick<Speech, 'format' | 't'>): string {
  if (value === null) return t('console:unknown')
  if (value === 'true') return t('console:yes')
  if (value === 'false') return t('console:no')
  return decimal(value, format)
}

const longest = 10

/** A decimal text grouped; a long one is cut where it stays readable, and says so. */
function decimal(text: string, format: Speech['format']): string {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return text
  const places = text.split('.')[1]?.length ?? 0
  return places > longest ? `≈ ${format.number(text, longest)}` : format.number(text)
}

function Sources({
  sources,
  confidence,
  from,
}: {
  sources: readonly Citation[]
  confidence: string
  from: string | null
}) {
  const { t, format } = useSpeech()
  return (
    <span className="sources">
      {sources.map(({ code, text }) => (
        <cite key={code} title={text}>
          {code}
        </cite>
      ))}
      {from ? <span>{t('console:decision.from', { date: format.date(from) })}</span> : null}
      {confidence === 'to_confirm' || confidence === 'unknown' ? (
        <span className="badge doubt">{t(`console:confidence.${confidence}`)}</span>
      ) : null}
    </span>
  )
}

/** Steps as they lead to the result, each open to its rule, its facts and its parameters. */
export function Steps({ steps, members }: { steps: readonly ExplainedStep[]; members: Members }) {
  const speech = useSpeech()
  const { t, say } = speech
  if (steps.length === 0) return null
  return (
    <ul className="steps">
      {steps.map((step, index) => (
        <li key={index}>
          <p className="step">
            <span>
              {say(step.label)}
              {step.member ? <span className="soft"> · {memberText(step.member, members, speech)}</span> : null}
            </span>
            <strong className="numeric">{isHidden(step) ? t('staff:hidden') : valueText(step.value, speech)}</strong>
          </p>
          <Working step={step} members={members} />
        </li>
      ))}
    </ul>
  )
}

/** The arithmetic of a step, its facts with their source and date, its parameters with their citation, and what it uses. */
function Working({ step, members }: { step: ExplainedStep; members: Members }) {
  const { t } = useSpeech()
  return (
    <details className="working">
      <summary>{t('console:decision.working')}</summary>
      <p className="rule" dir="ltr">
        <code>{step.rule}</code>
      </p>
      {step.arithmetic !== step.rule ? (
        <p className="rule" dir="ltr">
          <code>{step.arithmetic}</code>
        </p>
      ) : null}
      <FactList facts={step.facts} members={members} />
      <ParameterList parameters={step.parameters} />
      <Steps steps={step.steps} members={members} />
    </details>
  )
}

function FactList({ facts, members }: { facts: readonly ExplainedFact[]; members: Members }) {
  const speech = useSpeech()
  const { t, say, format } = speech
  if (facts.length === 0) return null
  return (
    <dl className="pairs">
      {facts.map(fact => (
        <div key={fact.path} className="pair">
          <dt>
            {say(fact.label)}
            <MemberOf path={fact.path} members={members} />
          </dt>
          <dd>
            {isHidden(fact) ? t('staff:hidden') : fact.words ? say(fact.words) : valueText(fact.value, speech)}
            {fact.source ? <span className="soft"> · {fact.source}</span> : null}
            {fact.date ? (
              <span className="soft"> · {t('console:decision.saidOn', { date: format.date(fact.date) })}</span>
            ) : null}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function MemberOf({ path, members }: { path: string; members: Members }) {
  const speech = useSpeech()
  const [of, id] = path.split('.')
  if (of !== 'members' || !id || !members[id]) return null
  return <span className="soft"> · {memberText(id, members, speech)}</span>
}

function ParameterList({ parameters }: { parameters: readonly ExplainedParameter[] }) {
  const speech = useSpeech()
  const { say } = speech
  if (parameters.length === 0) return null
  return (
    <dl className="pairs">
      {parameters.map(parameter => (
        <div key={parameter.name} className="pair">
          <dt>{say(parameter.label)}</dt>
          <dd>
            {valueText(parameter.value, speech)}{' '}
            <Sources sources={parameter.sources} confidence={parameter.confidence} from={parameter.valid_from} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function memberText(id: string, members: Members, speech: Speech): string {
  const name = members[id]
  return name ? nameText(name, speech) : id
}
