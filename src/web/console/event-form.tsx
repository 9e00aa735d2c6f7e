import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { Form } from 'react-router'
import type { EventMember, EventPage } from '../household-events.ts'
import { useSpeech } from '../speech-context.tsx'
import type { EventAnswers } from './event-terms.ts'
import { nameText, placeText } from './names.ts'

type Parts =
  | 'person'
  | 'optionalPerson'
  | 'other'
  | 'newcomer'
  | 'relation'
  | 'successor'
  | 'leaves'
  | 'place'
  | 'members'
  | 'dwelling'
  | 'household'

/** What each event asks, in order. `other` is a person already in the register, `newcomer` one who is not. */
const asks: Readonly<Record<string, readonly Parts[]>> = {
  birth: ['newcomer', 'optionalPerson'],
  death: ['person', 'successor'],
  marriage: ['person', 'other', 'newcomer'],
  divorce: ['person', 'other', 'leaves', 'successor'],
  departure: ['person', 'successor'],
  arrival: ['other', 'newcomer', 'relation'],
  move: ['place', 'dwelling'],
  change_of_head: ['person'],
  split: ['members', 'person', 'place', 'successor'],
  merge: ['household'],
  orphanhood: ['person'],
  kafala: ['other', 'newcomer'],
}
/** Events for which the other person may be a member of this household. */
const among = ['marriage', 'divorce', 'kafala']

type Asked = {
  readonly page: EventPage
  readonly kind: string
  readonly answers: EventAnswers | undefined
}

export function EventForm({
  page,
  kind,
  from,
  ids,
  answers,
}: Asked & { from: string | undefined; ids: { readonly event: string; readonly newcomer: string } }) {
  const { t } = useSpeech()
  const parts = asks[kind] ?? []
  const asked = { page, kind, answers }
  const elsewhere = parts.includes('household') || (parts.includes('other') && kind !== 'divorce')
  return (
    <>
      {elsewhere ? <FindHousehold page={page} kind={kind} from={from} /> : null}
      <Form method="post" className="narrow stack">
        <input type="hidden" name="event" value={ids.event} />
        <input type="hidden" name="newcomer" value={ids.newcomer} />
        <input type="hidden" name="kind" value={kind} />
        <TextInput
          id="on"
          name="on"
          type="date"
          required
          withAsterisk={false}
          label={t('events:on')}
          defaultValue={answers?.on ?? ''}
        />
        {parts.map(part => (
          <Part key={part} part={part} asked={asked} />
        ))}
        <Textarea name="says" label={t('events:saysLabel')} maxLength={1000} defaultValue={answers?.says ?? ''} />
        <div>
          <Button type="submit" name="step" value="check">
            {t('events:continue')}
          </Button>
        </div>
      </Form>
    </>
  )
}

/** Somebody of another household, or that household: found by its number, so that nobody is listed who was not asked for. */
function FindHousehold({ page, kind, from }: { page: EventPage; kind: string; from: string | undefined }) {
  const { t } = useSpeech()
  return (
    <Form method="get" className="narrow stack">
      <input type="hidden" name="kind" value={kind} />
      <TextInput
        name="from"
        label={kind === 'merge' ? t('events:fromMerge') : t('events:from')}
        defaultValue={from ?? ''}
        dir="ltr"
        autoComplete="off"
        error={from !== undefined && page.from === null ? t('events:fromUnknown') : undefined}
      />
      <div>
        <Button type="submit" variant="default">
          {t('events:find')}
        </Button>
      </div>
    </Form>
  )
}

function Part({ part, asked }: { part: Parts; asked: Asked }) {
  switch (part) {
    case 'newcomer':
      return <Newcomer asked={asked} />
    case 'dwelling':
      return <Dwelling asked={asked} />
    case 'members':
      return <Members asked={asked} />
    default:
      return <Choice part={part} asked={asked} />
  }
}

/** A choice among members, relations or places. */
function Choice({
  part,
  asked: { page, kind, answers },
}: {
  part: Exclude<Parts, 'newcomer' | 'dwelling' | 'members'>
  asked: Asked
}) {
  const speech = useSpeech()
  const { t, say } = speech
  const people = (members: readonly EventMember[]) =>
    members.map(each => ({
      value: each.id as string,
      label: [nameText(each.name, speech), each.relation ? say(each.relation) : ''].filter(Boolean).join(' · '),
    }))
  const none = (label: string) => ({ value: '', label })
  const own = people(page.members)
  const others = page.from ? people(page.from.members) : []
  const select = (name: keyof EventAnswers, label: string, options: { value: string; label: string }[], first = '') => (
    <NativeSelect id={name} name={name} label={label} defaultValue={String(answers?.[name] ?? first)} data={options} />
  )
  switch (part) {
    case 'person':
      return select('person', t(`events:person.${kind}`), [none(t('events:choosePerson')), ...own])
    case 'optionalPerson':
      return select('person', t(`events:person.${kind}`), [none(t('events:notHere')), ...own])
    case 'other': {
      const first = none(kind === 'divorce' ? t('events:livesElsewhere') : t('events:somebodyNew'))
      return select('other', t(`events:other.${kind}`), [first, ...(among.includes(kind) ? own : []), ...others])
    }
    case 'successor':
      return select('successor', t('events:successor'), [none(t('events:noSuccessor')), ...own])
    case 'leaves':
      return select('leaves', t('events:whoLeaves'), [none(t('events:nobodyLeaves')), ...own])
    case 'household':
      return select(
        'other',
        t('events:other.merge'),
        page.from ? [{ value: page.from.household, label: page.from.sourceId }] : [none(t('events:findFirst'))],
        page.from?.household,
      )
    case 'relation':
      return select(
        'relation',
        t('events:relation'),
        page.relations.map(each => ({ value: each.code, label: say(each.words) })),
      )
    case 'place':
      return select(
        'territory',
        t(`events:place.${kind}`),
        page.territories.map(({ code, path }) => ({ value: code, label: placeText(path, speech) })),
        page.territories.some(each => each.code === page.territory) ? page.territory : '',
      )
  }
}

function Newcomer({ asked: { kind, answers } }: { asked: Asked }) {
  const { t } = useSpeech()
  const text = (name: 'given_name' | 'family_name' | 'given_name_ar' | 'family_name_ar') => (
    <TextInput
      id={name}
      name={name}
      label={t(`events:name.${name}`)}
      dir={name.endsWith('_ar') ? 'rtl' : 'ltr'}
      lang={name.endsWith('_ar') ? 'ar' : 'fr'}
      maxLength={200}
      autoComplete="off"
      defaultValue={answers?.[name] ?? ''}
    />
  )
  return (
    <fieldset className="event-part">
      <legend>{kind === 'birth' ? t('events:child') : t('events:newcomer')}</legend>
      {text('given_name')}
      {text('family_name')}
      {text('given_name_ar')}
      {text('family_name_ar')}
      <NativeSelect
        id="sex"
        name="sex"
        label={t('events:sex')}
        defaultValue={answers?.sex ?? ''}
        data={[
          { value: '', label: t('events:choosePerson') },
          { value: 'female', label: t('events:female') },
          { value: 'male', label: t('events:male') },
        ]}
      />
      {kind === 'birth' ? null : (
        <TextInput
          id="birth_date"
          name="birth_date"
          type="date"
          label={t('events:birthDate')}
          defaultValue={answers?.birth_date ?? ''}
        />
      )}
    </fieldset>
  )
}

function Members({ asked: { page, answers } }: { asked: Asked }) {
  const speech = useSpeech()
  const { t } = speech
  return (
    <fieldset className="event-part" id="members">
      <legend>{t('events:whoGoes')}</legend>
      {page.members.map(each => (
        <label key={each.id} className="event-tick">
          <input type="checkbox" name="members" value={each.id} defaultChecked={answers?.members.includes(each.id)} />{' '}
          {nameText(each.name, speech)}
        </label>
      ))}
    </fieldset>
  )
}

/** What is said of the new dwelling: what is left out becomes unknown. */
function Dwelling({ asked: { page, answers } }: { asked: Asked }) {
  const { t, say } = useSpeech()
  const unknown = { value: '', label: t('events:unknown') }
  const yesNo = [unknown, { value: 'true', label: t('console:yes') }, { value: 'false', label: t('console:no') }]
  return (
    <fieldset className="event-part">
      <legend>{t('events:dwelling')}</legend>
      <p className="soft">{t('events:dwellingSays')}</p>
      {page.dwelling.map(({ name, label, input, codes }) => {
        const field = { name: `fact.${name}`, label: say(label), defaultValue: answers?.more[`fact.${name}`] ?? '' }
        const choices = codes.map(({ code, words }) => ({ value: code, label: say(words) }))
        return input === 'number' ? (
          <TextInput key={name} inputMode="numeric" maxLength={15} autoComplete="off" {...field} />
        ) : (
          <NativeSelect key={name} data={input === 'code' ? [unknown, ...choices] : yesNo} {...field} />
        )
      })}
    </fieldset>
  )
}
