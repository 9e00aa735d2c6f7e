import { Alert, Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { Form, useActionData } from 'react-router'
import type { Words } from '#kernel'
import type { PersonName } from '../context.ts'
import { useSpeech } from '../speech-context.tsx'
import { nameText } from './names.ts'
import { Section } from './parts.tsx'
import type { action } from './visit-sample.tsx'

export const visitOutcomes = ['confirmed', 'differs', 'not_found'] as const

export type VisitForm = {
  readonly id: string
  readonly household: string
  readonly sourceId: string
  readonly number: number
  readonly groups: readonly {
    readonly member: PersonName | undefined
    readonly options: readonly { readonly value: string; readonly label: Words }[]
  }[]
}

/** Facts that one form can name; what differs further is said in words, or at the correction itself. */
const FIELDS = [1, 2, 3] as const

/** What was found at one home. */
export function VisitOutcomeForm({ form }: { form: VisitForm }) {
  const speech = useSpeech()
  const { t, say, format } = speech
  const refused = useActionData<typeof action>()
  const says = refused ? t(`upkeep:refusal.${refused.code}`, { most: format.number(1000) }) : undefined
  const at = (...codes: readonly string[]) => (refused && codes.includes(refused.code) ? says : undefined)
  const facts = [
    { value: '', label: t('upkeep:visit.nothing') },
    ...form.groups.map(({ member, options }) => ({
      group: member ? nameText(member, speech) : t('upkeep:visit.household'),
      items: options.map(({ value, label }) => ({ value, label: say(label) })),
    })),
  ]
  return (
    <Section title={t('upkeep:visit.title', { number: format.number(form.number), household: form.sourceId })}>
      <Form method="post" className="narrow stack">
        {refused ? (
          <Alert color="red" role="alert" variant="light">
            {says}
          </Alert>
        ) : null}
        <input type="hidden" name="id" value={form.id} />
        <input type="hidden" name="household" value={form.household} />
        <NativeSelect
          name="outcome"
          label={t('upkeep:column.outcome')}
          defaultValue={refused?.outcome ?? 'confirmed'}
          error={at('answered_already', 'visit_unknown')}
          data={visitOutcomes.map(each => ({ value: each, label: t(`upkeep:outcome.${each}`) }))}
        />
        {FIELDS.map(number => (
          <NativeSelect
            key={number}
            name={`differs${number}`}
            label={t('upkeep:visit.differs', { number: format.number(number) })}
            defaultValue={refused?.differs[number - 1] ?? ''}
            error={number === 1 ? at('differs_in_nothing', 'fact_unknown') : undefined}
            data={facts}
          />
        ))}
        <TextInput
          type="date"
          name="day"
          label={t('upkeep:visit.day')}
          defaultValue={refused?.visitedOn ?? ''}
          error={at('day_malformed', 'day_in_future')}
        />
        <Textarea
          name="says"
          label={t('upkeep:visit.says')}
          defaultValue={refused?.says ?? ''}
          error={at('says_too_long')}
          maxLength={1000}
          rows={2}
        />
        <div>
          <Button type="submit">{t('upkeep:visit.submit')}</Button>
        </div>
      </Form>
    </Section>
  )
}
