import { Checkbox, NativeSelect, TextInput } from '@mantine/core'
import {
  type AnswerFault,
  DOCUMENT_FIELDS,
  type DocumentAnswers,
  documentKinds,
  type PersonAnswers,
  type PersonField,
} from '../person-answers.ts'
import type { PlaceOption } from '../registration-door.ts'
import type { Speech } from '../speech.ts'
import { useSpeech } from '../speech-context.tsx'
import { placeText } from './names.ts'

type Fields = {
  readonly answers: PersonAnswers
  readonly faults: readonly AnswerFault[]
  readonly places: readonly PlaceOption[]
}

/** What is wrong with a field, in words beside it. */
function faultText(field: string, faults: readonly AnswerFault[], { t }: Speech): string | undefined {
  const found = faults.find(fault => fault.field === field)
  return found && t(`registration:fault.${found.code}`)
}

const LONGEST: Partial<Record<PersonField, number>> = { birth_place: 300, address: 300, phone: 40, photo: 64 }

/** Everything that a state of a person holds, in the order in which people say it. */
export function PersonFields({ answers, faults, places }: Fields) {
  const speech = useSpeech()
  const { t } = speech
  const text = (name: PersonField, more: Partial<React.ComponentProps<typeof TextInput>> = {}) => (
    <TextInput
      id={name}
      name={name}
      label={t(`registration:field.${name}`)}
      dir={name.endsWith('_ar') ? 'rtl' : undefined}
      lang={name.endsWith('_ar') ? 'ar' : undefined}
      maxLength={LONGEST[name] ?? 120}
      autoComplete="off"
      defaultValue={answers[name]}
      error={faultText(name, faults, speech)}
      {...more}
    />
  )
  const options = [
    { value: '', label: t('registration:choose') },
    ...places.map(({ code, path }) => ({ value: code, label: placeText(path, speech) })),
  ]
  const select = (name: 'territory' | 'birth_place_code') => (
    <NativeSelect
      id={name}
      name={name}
      label={t(`registration:field.${name}`)}
      defaultValue={answers[name]}
      error={faultText(name, faults, speech)}
      data={options}
    />
  )
  return (
    <>
      <fieldset className="event-part pairs-of-fields">
        <legend>{t('registration:part.names')}</legend>
        {text('given_name')}
        {text('given_name_ar')}
        {text('family_name')}
        {text('family_name_ar')}
        {text('father_name')}
        {text('father_name_ar')}
        {text('mother_name')}
        {text('mother_name_ar')}
        {text('nickname')}
        {text('nickname_ar')}
      </fieldset>
      <fieldset className="event-part">
        <legend>{t('registration:part.birth')}</legend>
        <NativeSelect
          id="sex"
          name="sex"
          label={t('registration:field.sex')}
          defaultValue={answers.sex}
          error={faultText('sex', faults, speech)}
          data={[
            { value: '', label: t('registration:choose') },
            { value: 'female', label: t('person:sex.female') },
            { value: 'male', label: t('person:sex.male') },
          ]}
        />
        <Birth answers={answers} faults={faults} />
        {select('birth_place_code')}
        {text('birth_place')}
        {text('nationalities', { description: t('registration:nationalitiesHint'), dir: 'ltr' })}
      </fieldset>
      <fieldset className="event-part">
        <legend>{t('registration:part.life')}</legend>
        {select('territory')}
        {text('address')}
        {text('phone', { type: 'tel', dir: 'ltr' })}
        {text('father', { dir: 'ltr', inputMode: 'numeric' })}
        {text('mother', { dir: 'ltr', inputMode: 'numeric' })}
      </fieldset>
      <details className="event-part">
        <summary>{t('registration:part.more')}</summary>
        {text('photo', { dir: 'ltr' })}
        {text('biometric_system', { dir: 'ltr' })}
        {text('biometric_reference', { dir: 'ltr' })}
      </details>
    </>
  )
}

function Birth({ answers, faults }: Pick<Fields, 'answers' | 'faults'>) {
  const speech = useSpeech()
  const { t } = speech
  const fault = faultText('birth', faults, speech)
  return (
    <fieldset className="birth-parts" aria-describedby={fault ? 'birth-fault' : undefined}>
      <legend>{t('registration:field.birth')}</legend>
      {(['birth_day', 'birth_month', 'birth_year'] as const).map(name => (
        <TextInput
          key={name}
          id={name}
          name={name}
          label={t(`registration:field.${name}`)}
          inputMode="numeric"
          dir="ltr"
          maxLength={4}
          autoComplete="off"
          defaultValue={answers[name]}
          aria-invalid={fault !== undefined}
        />
      ))}
      <Checkbox
        name="birth_estimated"
        value="yes"
        label={t('registration:field.birth_estimated')}
        defaultChecked={answers.birth_estimated === 'yes'}
      />
      {fault ? (
        <p id="birth-fault" className="field-fault">
          {fault}
        </p>
      ) : null}
    </fieldset>
  )
}

/** One document; all empty, there is none. `at` tells those of one form apart. */
export function DocumentFields({
  at,
  answers,
  faults,
}: {
  at: number
  answers: DocumentAnswers
  faults: readonly AnswerFault[]
}) {
  const speech = useSpeech()
  const { t } = speech
  const label = {
    type: 'kind',
    number: 'number',
    issuer: 'issuer',
    issued_on: 'issuedOn',
    expires_on: 'expiresOn',
  } as const
  return (
    <>
      <input type="hidden" name={`doc_id_${at}`} value={answers.id} />
      {DOCUMENT_FIELDS.map(field => {
        const name = `doc_${field}_${at}`
        const terms = {
          id: name,
          name,
          label: t(`person:document.${label[field]}`),
          defaultValue: answers[field],
          error: faultText(name, faults, speech),
        }
        if (field === 'type') {
          return (
            <NativeSelect
              key={field}
              {...terms}
              data={[
                { value: '', label: t('registration:noDocument') },
                ...documentKinds.map(type => ({ value: type, label: t(`person:document.type.${type}`) })),
              ]}
            />
          )
        }
        const isDate = field === 'issued_on' || field === 'expires_on'
        return (
          <TextInput
            key={field}
            {...terms}
            type={isDate ? 'date' : 'text'}
            dir={field === 'number' ? 'ltr' : undefined}
            maxLength={120}
            autoComplete="off"
          />
        )
      })}
    </>
  )
}

/** All that a form said, sent along. */
export function HiddenAnswers({
  answers,
  documents,
}: {
  answers: PersonAnswers
  documents: readonly DocumentAnswers[]
}) {
  const fields = [
    ...Object.entries(answers),
    ...documents.flatMap((document, at) =>
      Object.entries(document).map(([name, value]) => [`doc_${name}_${at}`, value]),
    ),
  ]
  return fields.map(([name, value]) => <input key={name} type="hidden" name={name} value={value} />)
}
