import type { DetailValue } from '../person-file.ts'
import type { Speech } from '../speech.ts'
import { placeText } from './names.ts'

/** What is known of a person, as one text. */
export function detailText(value: Exclude<DetailValue, { kind: 'person' }>, speech: Speech): string {
  const { t, say, format } = speech
  switch (value.kind) {
    case 'text':
      return value.text
    case 'sex':
      return t(`person:sex.${value.sex}`)
    case 'date':
      return format.date(value.date)
    case 'birth': {
      if (value.precision === 'day') return format.date(value.date)
      if (value.precision === 'month') return format.month(value.date.slice(0, 7))
      const year = value.date.slice(0, 4)
      return value.precision === 'year' ? t('person:birth.year', { year }) : t('person:birth.estimated', { year })
    }
    case 'place':
      return placeText(value.path, speech)
    case 'countries':
      return value.names.map(say).join(' · ')
  }
}
