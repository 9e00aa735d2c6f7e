import { Button, NativeSelect } from '@mantine/core'
import { Form } from 'react-router'
import type { EventPage, EventPreview } from '../household-events.ts'
import { useSpeech } from '../speech-context.tsx'
import { nameOfPerson } from './event-refusal.ts'
import type { EventAnswers } from './event-terms.ts'
import { Section } from './parts.tsx'

/** What the event would change, in each household that it touches; relations that were worked out may be said better. */
export function EventCheck({
  page,
  kind,
  answers,
  preview,
}: {
  page: EventPage
  kind: string
  answers: EventAnswers
  preview: EventPreview
}) {
  const speech = useSpeech()
  const { t, say, format } = speech
  const name = (id: string) => nameOfPerson(id, page, answers, speech)
  const relation = (code: string) => {
    const words = page.relations.find(each => each.code === code)?.words
    return words ? say(words) : t('events:head')
  }
  const open = kind === 'merge' ? preview.flatMap(each => each.joins) : preview.flatMap(each => each.relations)
  return (
    <Form method="post" className="narrow stack">
      <Hidden answers={answers} asked={open.map(each => `relation.${each.person}`)} />
      <p>{t('events:check', { event: t(`events:kind.${kind}`), date: format.date(answers.on) })}</p>
      {preview.length === 0 ? <p>{t('events:known')}</p> : null}
      {preview.map(each => (
        <Section key={each.household} title={t(`events:household.${each.is}`)}>
          <ul className="event-effects">
            {each.leaves.map(id => (
              <li key={id}>
                {kind === 'death' ? t('events:dies', { person: name(id) }) : t('events:leaves', { person: name(id) })}
              </li>
            ))}
            {each.joins.map(({ person, relation: code }) => (
              <li key={person}>{t('events:joins', { person: name(person), relation: relation(code) })}</li>
            ))}
            {each.relations.map(({ person, relation: code }) => (
              <li key={person}>{t('events:becomes', { person: name(person), relation: relation(code) })}</li>
            ))}
            {each.facts.map(label => (
              <li key={label.fr}>{t('events:fact', { fact: say(label) })}</li>
            ))}
            {each.recipient ? <li>{t('events:receives', { person: name(each.recipient) })}</li> : null}
            {each.waits ? <li>{t('events:waits')}</li> : null}
            {each.closes ? <li>{t('events:closes')}</li> : null}
          </ul>
        </Section>
      ))}
      {open
        .filter(each => page.relations.some(known => known.code === each.relation))
        .map(({ person, relation: code }) => (
          <NativeSelect
            key={person}
            name={`relation.${person}`}
            label={t('events:relationOf', { person: name(person) })}
            defaultValue={code}
            data={page.relations.map(each => ({ value: each.code, label: say(each.words) }))}
          />
        ))}
      <p className="soft">{t('events:reopens')}</p>
      <div className="buttons">
        <Button type="submit" name="step" value="record">
          {t('events:record')}
        </Button>{' '}
        <Button type="submit" name="step" value="edit" variant="default">
          {t('events:edit')}
        </Button>
      </div>
    </Form>
  )
}

/** What was said, sent along; relations that are asked here stand in their own fields. */
function Hidden({ answers, asked }: { answers: EventAnswers; asked: readonly string[] }) {
  const { members, more, ...plain } = answers
  return (
    <>
      {Object.entries(plain).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {members.map(id => (
        <input key={id} type="hidden" name="members" value={id} />
      ))}
      {Object.entries(more)
        .filter(([name]) => !asked.includes(name))
        .map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
    </>
  )
}
