import { NativeSelect, TextInput } from '@mantine/core'
import type { FactChoice, SimulationForm, TriedParameter } from '../simulation-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { Section } from './parts.tsx'
import { Cell, ColumnHead, roles } from './table-parts.tsx'
import { ValueField } from './value-field.tsx'

/** What was typed in a field before the form came back; of `field=value`, whether that value was among those chosen. */
export type Typed = (field: string) => string

const SCENARIOS = ['1', '2'] as const
type Fields = { readonly form: SimulationForm; readonly typed: Typed }

/** Two scenarios side by side: the law's values with a field each, facts assumed, a budget; then what both are looked at by. */
export function ScenarioFields({ form, typed }: Fields) {
  const { t } = useSpeech()
  return (
    <>
      <Section title={t('simulation:part.parameters')}>
        <p className="soft">{t('simulation:part.parametersSay')}</p>
        <Parameters form={form} typed={typed} />
      </Section>
      {SCENARIOS.map(number => (
        <Section key={number} title={t('simulation:part.assumed', { number })}>
          <Assumed form={form} typed={typed} number={number} />
        </Section>
      ))}
      <Section title={t('simulation:part.both')}>
        <Both form={form} typed={typed} />
      </Section>
    </>
  )
}

function Parameters({ form, typed }: Fields) {
  const { t, say, format } = useSpeech()
  const title = t('simulation:part.parameters')
  const column = (number: string) => t('simulation:part.scenario', { number })
  return (
    <div className="table">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <section className="scroll" aria-label={title} tabIndex={0}>
        <table {...roles.table} className="parameters stacks">
          <caption className="unseen">{title}</caption>
          <thead {...roles.rows}>
            <tr {...roles.row}>
              <ColumnHead label={t('simulation:column.parameter')} />
              <ColumnHead label={t('simulation:column.now')} numeric />
              {SCENARIOS.map(number => (
                <ColumnHead key={number} label={column(number)} />
              ))}
            </tr>
          </thead>
          <tbody {...roles.rows}>
            <tr {...roles.row}>
              <th {...roles.rowHead}>{t('simulation:column.scenarioName')}</th>
              <Cell name={t('simulation:column.now')} />
              {SCENARIOS.map(number => (
                <Cell key={number} name={column(number)}>
                  <input
                    name={`${number}.name`}
                    aria-label={`${t('simulation:column.scenarioName')}, ${column(number)}`}
                    defaultValue={typed(`${number}.name`)}
                    maxLength={200}
                    autoComplete="off"
                  />
                </Cell>
              ))}
            </tr>
            {form.parameters.flatMap(parameter =>
              parameter.values.map(({ key, field, value }, index) => (
                <tr key={field} {...roles.row}>
                  <th {...roles.rowHead}>
                    {index === 0 ? <Label parameter={parameter} /> : null}
                    {key ? <bdi className="key">{key}</bdi> : null}
                  </th>
                  <Cell name={t('simulation:column.now')} numeric>
                    <bdi>{/^-?\d+(\.\d+)?$/.test(value) ? format.number(value) : value || t('console:unknown')}</bdi>
                  </Cell>
                  {SCENARIOS.map(number => (
                    <Cell key={number} name={column(number)}>
                      <ValueField
                        name={`${number}.${field}`}
                        label={[say(parameter.label), key, column(number)].filter(Boolean).join(', ')}
                        now={value}
                        typed={typed(`${number}.${field}`)}
                      />
                    </Cell>
                  ))}
                </tr>
              )),
            )}
          </tbody>
        </table>
      </section>
    </div>
  )
}

function Label({ parameter: { pack, label, sources, confidence, from } }: { parameter: TriedParameter }) {
  const { t, say, format } = useSpeech()
  return (
    <>
      <span>{say(label)}</span>
      <span className="soft sources">
        {say(pack.name)} · {sources.map(({ text }) => text).join(' · ') || t('simulation:noSource')}
        {from ? ` · ${t('simulation:since', { day: format.date(from) })}` : ''}
        {` · ${t(`simulation:confidence.${confidence}`)}`}
      </span>
    </>
  )
}

function Assumed({ form, typed, number }: Fields & { number: string }) {
  const { t, say } = useSpeech()
  const field = (name: string) => ({
    name: `${number}.${name}`,
    defaultValue: typed(`${number}.${name}`),
    autoComplete: 'off',
  })
  const none = { value: '', label: t('simulation:nothing') }
  const limits = form.parameters
    .filter(({ kind }) => kind === 'single')
    .map(({ pack, name, label }) => ({ value: `${pack.id}:${name}`, label: `${say(label)} (${say(pack.name)})` }))
  return (
    <div className="assumed">
      <fieldset>
        <legend>{t('simulation:assumed.times')}</legend>
        <NativeSelect
          {...field('times.fact')}
          label={t('simulation:assumed.fact')}
          data={[none, ...useFacts(form.numbers)]}
        />
        <TextInput {...field('times')} label={t('simulation:assumed.by')} placeholder="1,08" inputMode="decimal" />
      </fieldset>
      <fieldset>
        <legend>{t('simulation:assumed.share')}</legend>
        <NativeSelect
          {...field('share.of')}
          label={t('simulation:assumed.value')}
          data={[none, ...useCodes(form.shares)]}
        />
        <TextInput {...field('share')} label={t('simulation:assumed.percent')} inputMode="decimal" />
        <TextInput {...field('from')} label={t('simulation:assumed.from')} inputMode="numeric" />
        <TextInput {...field('to')} label={t('simulation:assumed.to')} inputMode="numeric" />
      </fieldset>
      <fieldset>
        <legend>{t('simulation:assumed.budget')}</legend>
        <NativeSelect {...field('budget')} label={t('simulation:assumed.limit')} data={[none, ...limits]} />
        <TextInput {...field('month')} label={t('simulation:assumed.perMonth')} inputMode="decimal" />
      </fieldset>
    </div>
  )
}

function Both({ form, typed }: Fields) {
  const { t, say } = useSpeech()
  const field = (name: string) => ({ name, defaultValue: typed(name), autoComplete: 'off' })
  const none = { value: '', label: t('simulation:nothing') }
  return (
    <div className="assumed">
      <fieldset>
        <legend>{t('simulation:reference.title')}</legend>
        <TextInput {...field('poorest')} label={t('simulation:reference.poorest')} inputMode="decimal" />
        <NativeSelect
          {...field('by')}
          label={t('simulation:reference.by')}
          data={form.scores.map(({ id, name }) => ({ value: id, label: say(name) }))}
        />
        <NativeSelect
          {...field('meant')}
          label={t('simulation:reference.where')}
          data={[none, ...useCodes(form.groups)]}
        />
      </fieldset>
      <fieldset>
        <legend>{t('simulation:projection.title')}</legend>
        <TextInput {...field('years')} label={t('simulation:projection.years')} inputMode="numeric" />
        <TextInput {...field('households')} label={t('simulation:projection.households')} inputMode="decimal" />
        <TextInput {...field('amounts')} label={t('simulation:projection.amounts')} inputMode="decimal" />
      </fieldset>
      <fieldset>
        <legend>{t('simulation:beside')}</legend>
        {form.beside.map(({ id, name }) => (
          <label key={id} className="tick">
            <input type="checkbox" name="beside" value={id} defaultChecked={typed(`beside=${id}`) !== ''} /> {say(name)}
          </label>
        ))}
      </fieldset>
    </div>
  )
}

function useFacts(facts: readonly FactChoice[]) {
  const { say } = useSpeech()
  return facts.map(({ fact, label }) => ({ value: fact, label: say(label) }))
}

function useCodes(facts: readonly FactChoice[]) {
  const { say } = useSpeech()
  return facts.map(({ fact, label, codes }) => ({
    group: say(label),
    items: codes.map(({ code, words }) => ({ value: `${fact}=${code}`, label: `${say(label)} : ${say(words)}` })),
  }))
}
