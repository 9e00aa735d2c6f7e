import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { ComparedRow, DuplicateFile, DuplicateSide } from '../duplicate-door.ts'
import type { DetailValue } from '../person-file.ts'
import { useSpeech } from '../speech-context.tsx'
import { detailText } from './detail-text.ts'
import { nameText, placeText } from './names.ts'
import { Name, OutcomeBadge, Section } from './parts.tsx'
import { roles } from './table-parts.tsx'

/** The two files side by side, line by line; what is the same and what differs is said in a word. */
export function Sides({ file }: { file: DuplicateFile }) {
  const speech = useSpeech()
  const { t, format } = speech
  const [a, b] = file.sides
  return (
    <Section title={t('duplicates:compare.title')}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <section className="scroll" aria-label={t('duplicates:compare.title')} tabIndex={0}>
        <table {...roles.table} className="side-by-side">
          <caption className="unseen">{t('duplicates:compare.title')}</caption>
          <thead {...roles.rows}>
            <tr {...roles.row}>
              <th {...roles.columnHead}>{t('duplicates:compare.field')}</th>
              <SideHead side={a} title={t('duplicates:pair.first')} />
              <SideHead side={b} title={t('duplicates:pair.second')} />
              <th {...roles.columnHead}>{t('duplicates:compare.mark')}</th>
            </tr>
          </thead>
          <tbody {...roles.rows}>
            {file.rows.map(row => (
              <Row key={row.field} label={t(`person:field.${row.field}`)} mark={row.mark}>
                {row.values.map((value, place) => (
                  <Value key={place} value={value} arabic={row.field.endsWith('Ar')} />
                ))}
              </Row>
            ))}
            <Row label={t('duplicates:compare.territory')}>
              {file.sides.map(side => placeText(side.territory, speech))}
            </Row>
            <Row label={t('duplicates:compare.documents')}>
              {file.sides.map(side => (
                <Documents key={side.id} side={side} />
              ))}
            </Row>
            <Row label={t('duplicates:compare.households')}>
              {file.sides.map(side => (
                <Households key={side.id} side={side} />
              ))}
            </Row>
            <Row label={t('duplicates:compare.decisions')}>
              {file.sides.map(side => (
                <Listed key={side.id} rows={side.decisions}>
                  {row => (
                    <>
                      {speech.say(row.name)} · {format.month(row.month)} <OutcomeBadge outcome={row.outcome} />
                    </>
                  )}
                </Listed>
              ))}
            </Row>
            <Row label={t('duplicates:compare.payments')}>
              {file.sides.map(side => (
                <Listed key={side.id} rows={side.payments}>
                  {row => (
                    <>
                      <bdi>{format.money(row.amount)}</bdi> · <bdi>{format.date(row.at.slice(0, 10))}</bdi>
                    </>
                  )}
                </Listed>
              ))}
            </Row>
          </tbody>
        </table>
      </section>
    </Section>
  )
}

function SideHead({ side, title }: { side: DuplicateSide; title: string }) {
  const { t, format } = useSpeech()
  return (
    <th {...roles.columnHead}>
      <span className="soft">{title}</span>
      <Name name={side.name} />
      <span className="soft">
        {side.number ? <bdi className="number">{side.number}</bdi> : t('duplicates:pair.noNumber')}
        {' · '}
        {t('duplicates:pair.recorded', { date: format.date(side.recordedAt.slice(0, 10)) })}
        {' · '}
        {t('duplicates:pair.changes', { count: side.states, number: format.number(side.states) })}
      </span>
      <Link to={`/console/persons/${side.id}`}>{t('duplicates:pair.open')}</Link>
      {side.status === 'active' ? null : <span className="badge doubt">{t(`person:status.${side.status}`)}</span>}
    </th>
  )
}

const tones = { same: 'good', near: 'doubt', differs: 'bad', one_side: 'plain' } as const

function Row({ label, mark, children }: { label: string; mark?: ComparedRow['mark']; children: readonly ReactNode[] }) {
  const { t } = useSpeech()
  return (
    <tr {...roles.row}>
      <th {...roles.rowHead}>{label}</th>
      <td {...roles.cell}>{children[0]}</td>
      <td {...roles.cell}>{children[1]}</td>
      <td {...roles.cell}>
        {mark ? <span className={`badge ${tones[mark]}`}>{t(`duplicates:compare.${mark}`)}</span> : null}
      </td>
    </tr>
  )
}

function Value({ value, arabic }: { value: DetailValue | undefined; arabic: boolean }) {
  const speech = useSpeech()
  if (!value) return <span className="soft">–</span>
  if (value.kind === 'person') {
    return (
      <Link to={`/console/persons/${value.id}`}>
        {value.name ? nameText(value.name, speech) : speech.t('person:elsewhere')}
      </Link>
    )
  }
  return <bdi lang={arabic ? 'ar' : undefined}>{detailText(value, speech)}</bdi>
}

function Documents({ side }: { side: DuplicateSide }) {
  const { t } = useSpeech()
  return (
    <Listed rows={side.documents}>
      {row => (
        <>
          {t(`person:document.type.${row.type}`)} <bdi className="number">{row.number}</bdi>
        </>
      )}
    </Listed>
  )
}

function Households({ side }: { side: DuplicateSide }) {
  const { t, say, format } = useSpeech()
  return (
    <Listed rows={side.households}>
      {row => (
        <>
          <Link to={`/console/households/${row.id}`}>
            <bdi>{row.sourceId}</bdi>
          </Link>{' '}
          <span className="soft">
            {row.relation ? `${say(row.relation)} · ` : ''}
            {t('duplicates:compare.members', { count: row.members, number: format.number(row.members) })}
            {row.receives ? ` · ${t('duplicates:compare.receives')}` : ''}
          </span>
        </>
      )}
    </Listed>
  )
}

function Listed<Line>({ rows, children }: { rows: readonly Line[] | undefined; children: (row: Line) => ReactNode }) {
  const { t } = useSpeech()
  if (!rows) return <span className="soft">{t('duplicates:compare.closed')}</span>
  if (rows.length === 0) return <span className="soft">{t('duplicates:compare.none')}</span>
  return (
    <ul className="pair-list">
      {rows.map((row, place) => (
        <li key={place}>{children(row)}</li>
      ))}
    </ul>
  )
}
