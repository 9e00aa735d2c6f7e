import { Button, NativeSelect, Textarea } from '@mantine/core'
import type { Diagnostic } from '#rules'
import type { FormEntry, SimulationForm } from '../simulation-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { Section } from './parts.tsx'

const SCENARIOS = ['1', '2'] as const

type LawTextsProps = { readonly form: SimulationForm; readonly entries: readonly FormEntry[] }

/** Texts of the law taken up to be changed, a scenario at a time: plain text, checked as the law is. */
export function LawTexts({ form, entries }: LawTextsProps) {
  const { t, say } = useSpeech()
  const taken = entries.flatMap(([field, text]) => {
    const [, number, path] = /^([12])\.text:(.+)$/.exec(field) ?? []
    return number && path ? [{ field, number, path, text }] : []
  })
  return (
    <Section title={t('simulation:lawText.title')}>
      <p className="soft">{t('simulation:lawText.says')}</p>
      {taken.map(({ field, number, path, text }) => (
        <Textarea
          key={field}
          name={field}
          label={t('simulation:lawText.label', { number, path })}
          dir="ltr"
          lang="fr"
          rows={24}
          defaultValue={text}
          spellCheck={false}
          classNames={{ input: 'study-text' }}
        />
      ))}
      <div className="filter">
        <NativeSelect
          name="law"
          label={t('simulation:lawText.file')}
          data={form.laws.map(({ pack, paths }) => ({
            group: say(pack.name),
            items: paths.map(path => ({ value: path, label: path })),
          }))}
        />
        <NativeSelect
          name="lawOf"
          label={t('simulation:lawText.of')}
          data={SCENARIOS.map(number => ({ value: number, label: t('simulation:part.scenario', { number }) }))}
        />
        <Button type="submit" name="intent" value="open" variant="default" formNoValidate>
          {t('simulation:lawText.open')}
        </Button>
      </div>
    </Section>
  )
}

/** What the checker of the law says, each with its place and the line at fault. */
export function LawProblems({ problems }: { problems: readonly Diagnostic[] }) {
  const { t } = useSpeech()
  return (
    <ul className="law-problems">
      {problems.map(problem => {
        const { file, line, column, length, message, expected, suggestion, excerpt } = problem
        const room = Math.max(1, Math.min(length, excerpt.length - column + 1))
        return (
          <li key={`${file} ${line} ${column} ${message}`}>
            <strong>{t('simulation:lawText.place', { file, line, column })}</strong>
            <p dir="ltr" lang="en">
              {message}
            </p>
            {excerpt ? (
              <pre dir="ltr">
                <code>
                  {excerpt.slice(0, column - 1)}
                  <mark>{excerpt.slice(column - 1, column - 1 + room)}</mark>
                  {excerpt.slice(column - 1 + room)}
                </code>
              </pre>
            ) : null}
            {expected ? (
              <p>
                {t('simulation:lawText.expected')}{' '}
                <bdi dir="ltr" lang="en">
                  {expected}
                </bdi>
              </p>
            ) : null}
            {suggestion ? (
              <p>
                {t('simulation:lawText.meant')} <code dir="ltr">{suggestion}</code>
              </p>
            ) : null}
          </li>
        )
      })}
    </ul>
  )
}
