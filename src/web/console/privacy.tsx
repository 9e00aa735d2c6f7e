import { Fragment } from 'react'
import { useLoaderData } from 'react-router'
import { doorsOf } from '../load-context.ts'
import type { ProcessingRow } from '../personal-data.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { Heading, Section } from './parts.tsx'

export const loader = guarded('household.read', async ({ context }) => doorsOf(context).processings())

/** The register of processing: what is held on persons and why. Names nobody; printable as it stands. */
export default function Privacy() {
  const { law, rows } = useLoaderData<typeof loader>()
  const { t, say } = useSpeech()
  return (
    <>
      <Heading title={t('privacy:register.title')} />
      <p>{t('privacy:register.what')}</p>
      <p className="soft">
        {say(law.name)} · {law.source} ({t(`privacy:register.confidence.${law.confidence}`)}).{' '}
        {t('privacy:register.print')}
      </p>
      {rows.map(row => (
        <Category key={row.category} row={row} />
      ))}
    </>
  )
}

function Category({ row }: { row: ProcessingRow }) {
  const { t, say } = useSpeech()
  const { basis } = row
  const pairs: readonly (readonly [string, string])[] = [
    [t('privacy:register.purpose'), say(row.purpose)],
    [
      t('privacy:register.basis'),
      `${basis.source}${basis.article ? `, ${basis.article}` : ''} (${t(`privacy:register.confidence.${basis.confidence}`)})`,
    ],
    [t('privacy:register.recipients'), row.recipients.map(say).join(' · ')],
    [t('privacy:register.retention'), useRetention(row)],
    ...(row.facts.length > 0 ? [[t('privacy:register.facts'), row.facts.map(say).join(' · ')] as const] : []),
  ]
  return (
    <Section title={t(`privacy:category.${row.category}`)}>
      {row.sensitive ? <p className="badge doubt">{t('privacy:register.sensitive')}</p> : null}
      <dl className="processing">
        {pairs.map(([label, text]) => (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </Fragment>
        ))}
      </dl>
      <details>
        <summary>{t('privacy:register.columns')}</summary>
        <ul>
          {row.columns.map(({ table, columns }) => (
            <li key={table}>
              <code dir="ltr">
                {table}: {columns.join(', ')}
              </code>
            </li>
          ))}
        </ul>
      </details>
    </Section>
  )
}

function useRetention({ category, retention }: ProcessingRow): string {
  const { t, format } = useSpeech()
  if (retention === null) return category === 'trace' ? t('privacy:register.kept') : t('privacy:register.withIdentity')
  const { months, from, source } = retention
  if (months === null) return t('privacy:register.notSet')
  const time = t('privacy:register.months', { count: months, number: format.number(months) })
  return `${time} ${t(`privacy:register.from.${from}`)} (${source})`
}
