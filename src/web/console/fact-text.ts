import type { FactValue } from '../context.ts'
import type { Speech } from '../speech.ts'
import { placeText } from './names.ts'

/** A declared fact as a person reads it. */
export function factText(value: FactValue, speech: Speech): string {
  const { t, say, format } = speech
  switch (value.kind) {
    case 'words':
      return say(value.words)
    case 'number':
      return format.number(value.number)
    case 'money':
      return format.money(value.amount)
    case 'date':
      return format.date(value.date)
    case 'boolean':
      return value.is ? t('console:yes') : t('console:no')
    case 'territory':
      return placeText(value.path, speech)
    case 'hidden':
      return t('staff:hidden')
    case 'unknown':
      return t('console:unknown')
  }
}
