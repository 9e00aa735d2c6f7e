import type { CorrectionValue, FieldName } from '../personal-data.ts'
import type { Speech } from '../speech.ts'
import { factText } from './fact-text.ts'

/** What can be put right, by the words of the catalogue or of what tells who a person is. */
export function fieldText(field: FieldName, { t, say }: Speech): string {
  return 'label' in field ? say(field.label) : t(`privacy:correction.person.${field.person}`)
}

/** A value of a request as a person reads it. */
export function valueText(value: CorrectionValue, speech: Speech): string {
  const { t } = speech
  switch (value.kind) {
    case 'text':
      return value.text
    case 'kept':
      return t('privacy:correction.kept')
    case 'document':
      return `${t(`person:document.type.${value.type}`)} ${value.number}`
    default:
      return factText(value, speech)
  }
}
