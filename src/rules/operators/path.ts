import { dayOfWeek } from '../date.ts'
import { durationParts } from '../duration.ts'
import { whole } from '../number.ts'
import { OutsideLanguage } from '../outside-language.ts'
import { isContext, isList, type Value } from '../value.ts'

/** `subject.key`: an entry of a context, a property of a date, duration or range, or that of each item of a list. */
export function member(subject: Value, key: string): Value {
  if (subject === null || typeof subject !== 'object') return null
  if (isContext(subject)) return subject.get(key) ?? null
  if (isList(subject)) return subject.map(item => member(item, key))
  switch (subject.kind) {
    case 'date':
      if (key === 'year' || key === 'month' || key === 'day') return whole(subject[key])
      return key === 'weekday' ? whole(dayOfWeek(subject)) : null
    case 'months_duration':
      if (key === 'years') return whole(Math.trunc(subject.months / 12))
      return key === 'months' ? whole(subject.months % 12) : null
    case 'days_duration': {
      if (key !== 'days' && key !== 'hours' && key !== 'minutes' && key !== 'seconds') return null
      return whole(durationParts(subject.nanoseconds)[key])
    }
    case 'range':
      if (key === 'start' || key === 'end') return subject[key] ?? null
      if (key === 'start included') return subject.startIncluded
      return key === 'end included' ? subject.endIncluded : null
    case 'time':
      throw new OutsideLanguage('the parts of a time of day are outside the language')
    case 'number':
    case 'function':
      return null
  }
}
