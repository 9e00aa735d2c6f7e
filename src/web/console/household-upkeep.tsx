import { useSpeech } from '../speech-context.tsx'
import type { DoubtRow, HouseholdUpkeep as Upkeep } from '../upkeep-door.ts'
import { LookAgainText } from './look-again-text.tsx'
import { nameText } from './names.ts'
import { Section } from './parts.tsx'

/** How far what the household said can be relied on: its quality with what took points, doubts, renewal, decisions to see again. */
export function HouseholdUpkeep({ upkeep }: { upkeep: Upkeep }) {
  const { t, format } = useSpeech()
  const { quality, renewal, lookAgain } = upkeep
  return (
    <>
      {lookAgain.length > 0 ? (
        <Section title={t('upkeep:lookAgain')}>
          <ul className="plain-list">
            {lookAgain.map(item => (
              <li key={item.key}>
                <LookAgainText item={item} />
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      {quality || renewal ? (
        <Section title={t('upkeep:ofHousehold')}>
          {renewal ? (
            <p className="notice-line">
              <span className={`badge ${renewalTones[renewal.state]}`}>{t(`upkeep:state.${renewal.state}`)}</span>{' '}
              {t('upkeep:dueOn', { date: format.date(renewal.dueOn) })}
            </p>
          ) : null}
          {quality ? <Quality quality={quality} /> : null}
        </Section>
      ) : null}
    </>
  )
}

export const renewalTones = { due: 'plain', grace: 'doubt', expired: 'bad' } as const

function Quality({ quality }: { quality: NonNullable<Upkeep['quality']> }) {
  const { t, format } = useSpeech()
  const { today, monthsOld, agePoints, terms, doubts } = quality
  return (
    <>
      <p>
        <strong>{t('upkeep:points', { number: format.number(today) })}</strong>{' '}
        <span className="soft">
          {[
            ...terms.map(({ term, count, points }) =>
              t(`upkeep:term.${term}`, { number: format.number(count), points: format.number(points) }),
            ),
            ...(agePoints > 0
              ? [t('upkeep:term.age', { number: format.number(monthsOld), points: format.number(agePoints) })]
              : []),
          ].join(' · ')}
        </span>
      </p>
      {doubts.length > 0 ? (
        <ul className="plain-list">
          {doubts.map((doubt, index) => (
            <li key={index}>
              <Doubt doubt={doubt} />
            </li>
          ))}
        </ul>
      ) : null}
    </>
  )
}

function Doubt({ doubt }: { doubt: DoubtRow }) {
  const speech = useSpeech()
  const { t, say, format } = speech
  const { code, severity, member, fact, value, other, numbers, says } = doubt
  const shown = Object.fromEntries(
    Object.entries(numbers).map(([name, number]) => [
      name,
      typeof number === 'number' ? format.number(number) : number,
    ]),
  )
  return (
    <>
      <span className={`badge ${severity === 'error' ? 'bad' : 'doubt'}`}>{t(`upkeep:severity.${severity}`)}</span>{' '}
      {member ? <bdi>{nameText(member, speech)}</bdi> : null}
      {member ? t('upkeep:colon') : null}
      {t(`upkeep:doubt.${code}`, {
        ...shown,
        fact: fact ? say(fact) : '',
        value: value ? say(value) : '',
        other: other ? say(other) : '',
      })}
      {says ? <q>{says}</q> : null}
    </>
  )
}
