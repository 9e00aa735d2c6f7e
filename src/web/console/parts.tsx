import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { RunState } from '#payments'
import type { Outcome } from '#rules'
import type { PersonName } from '../context.ts'
import { useSpeech } from '../speech-context.tsx'

/** Title of a page of the console, with what it is about above and what can be done beside. */
export function Heading({ title, over, aside }: { title: string; over?: ReactNode; aside?: ReactNode }) {
  const { t } = useSpeech()
  return (
    <div className="heading">
      <title>{t('site:title', { page: title })}</title>
      <div>
        {over ? <p className="over">{over}</p> : null}
        <h1>{title}</h1>
      </div>
      {aside ? <div className="aside">{aside}</div> : null}
    </div>
  )
}

type OfHouseholdProps = { readonly title: string; readonly household: string; readonly sourceId: string }

/** Title of a page about one household, with the way back to its journey. */
export function HouseholdHeading({ title, household, sourceId }: OfHouseholdProps) {
  const over = (
    <Link to={`/console/households/${household}`}>
      <bdi>{sourceId}</bdi>
    </Link>
  )
  return <Heading title={title} over={over} />
}

/** That what was asked for is done: said by a screen reader as the page opens. */
export function Done({ says }: { says: string }) {
  return (
    <p role="status" className="notice-line">
      {says}
    </p>
  )
}

/** One fact of a list: its name, and what it is. */
export function Pair({ label, text }: { label: string; text: string }) {
  return (
    <div className="pair">
      <dt>{label}</dt>
      <dd>
        <bdi>{text}</bdi>
      </dd>
    </div>
  )
}

const outcomeTones = {
  eligible: 'good',
  not_eligible: 'bad',
  undetermined: 'doubt',
  scored: 'plain',
  nothing: 'doubt',
} as const

type Decided = { readonly outcome: Outcome; readonly amount: { readonly value: string } | null | undefined }

/** As it is told: a right of which nothing comes, because a condition is not met, is no good news. */
export function outcomeTold({ outcome, amount }: Decided): Outcome | 'nothing' {
  return outcome === 'eligible' && amount && /^-?0*(\.0*)?$/.test(amount.value) ? 'nothing' : outcome
}

export function OutcomeBadge({ outcome }: { outcome: Outcome | 'nothing' }) {
  const { t } = useSpeech()
  return <span className={`badge ${outcomeTones[outcome]}`}>{t(`console:outcome.${outcome}`)}</span>
}

const stateTones = { drafted: 'doubt', approved: 'plain', file_made: 'plain', sent: 'good', cancelled: 'bad' } as const

export function StateBadge({ state }: { state: RunState }) {
  const { t } = useSpeech()
  return <span className={`badge ${stateTones[state]}`}>{t(`console:runState.${state}`)}</span>
}

/** A person in the script of the page first, then in the other. */
export function Name({ name }: { name: PersonName }) {
  const { t, language } = useSpeech()
  const own = language === 'ar' ? name.arabic : name.latin
  const other = language === 'ar' ? name.latin : name.arabic
  const otherLanguage = language === 'ar' ? 'fr' : 'ar'
  if (!own && !other) return <span className="soft">{t('console:nameless')}</span>
  return (
    <span className="name">
      {own ? <bdi>{own}</bdi> : null}
      {other ? (
        <bdi lang={otherLanguage} className={own ? 'soft' : undefined}>
          {other}
        </bdi>
      ) : null}
    </span>
  )
}

/** Figures side by side, each with its word below. */
export function Figures({ figures }: { figures: readonly { readonly label: string; readonly value: ReactNode }[] }) {
  return (
    <dl className="figures">
      {figures.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

type SectionProps = { title: string; aside?: ReactNode; children: ReactNode; id?: string | undefined }

/** @param id where a list of contents leads to it */
export function Section({ title, aside, children, id }: SectionProps) {
  return (
    <section className="section" id={id}>
      <div className="section-title">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  )
}
