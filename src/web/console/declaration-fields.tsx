import { NativeSelect, Radio, TextInput } from '@mantine/core'
import type { Place, QuestionRow } from '../declaration-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { fieldName } from './declaration-answers.ts'
import { useFaultText } from './declaration-parts.tsx'
import { placeText } from './names.ts'

type Field = {
  readonly member: string | null
  readonly row: QuestionRow
  readonly places: readonly Place[]
  /** What was typed and could not be saved; it stays on the page. */
  readonly typed: Readonly<Record<string, string>> | undefined
}

/** One question, by the type of its fact. Nothing is chosen before somebody has answered. */
export function Field({ member, row, places, typed }: Field) {
  const speech = useSpeech()
  const { t, say } = speech
  const text = useFaultText()
  const { input, codes, required, help } = row
  const name = fieldName(member, row.name)
  const value = typed?.[name] ?? row.value
  const errors = row.faults.map(text).join(' ')
  const field = {
    id: name,
    name,
    label: say(row.question),
    description: help ? say(help) : undefined,
    error: errors === '' ? undefined : errors,
    defaultValue: value,
  }
  const unknown = { value: 'unknown', label: t('declaration:unknown') }
  const none = { value: '', label: t('declaration:choose') }
  switch (input) {
    case 'yes_no':
      return (
        <Radio.Group {...field} className="declaration-yes-no">
          <Radio value="true" label={t('console:yes')} />
          <Radio value="false" label={t('console:no')} />
          {required ? null : <Radio value="unknown" label={t('declaration:unknown')} />}
        </Radio.Group>
      )
    case 'code': {
      const choices = codes.map(({ code, words }) => ({ value: code, label: say(words) }))
      return <NativeSelect {...field} data={[none, ...choices, ...(required ? [] : [unknown])]} />
    }
    case 'place':
      return (
        <NativeSelect
          {...field}
          data={[none, ...places.map(({ code, path }) => ({ value: code, label: placeText(path, speech) }))]}
        />
      )
    default:
      return (
        <TextInput
          {...field}
          defaultValue={value === 'unknown' ? '' : value}
          type={input === 'date' ? 'date' : 'text'}
          inputMode={input === 'number' ? 'numeric' : input === 'money' ? 'decimal' : undefined}
          maxLength={20}
          autoComplete="off"
          dir={input === 'date' ? undefined : 'ltr'}
        />
      )
  }
}
