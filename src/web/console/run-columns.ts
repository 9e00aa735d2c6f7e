import type { DecidedState, RunDifferenceRow } from '../run-door.ts'
import type { Speech } from '../speech.ts'
import type { Column } from './column.ts'
import { placeText } from './names.ts'

/** Columns of the households for whom a run says something new, as they leave in a file. */
export function differenceColumns(speech: Speech): readonly Column<RunDifferenceRow>[] {
  const { t } = speech
  return [
    { key: 'household', label: t('runs:column.household'), text: row => row.household },
    { key: 'sourceId', label: t('runs:column.sourceId'), text: row => row.sourceId ?? '' },
    { key: 'place', label: t('runs:column.place'), text: row => placeText(row.territory, speech) },
    {
      key: 'difference',
      label: t('runs:column.difference'),
      text: row => t(`runs:difference.${row.difference}`),
    },
    { key: 'before', label: t('runs:column.before'), text: row => outcomeText(row.before, speech) },
    { key: 'beforeAmount', label: t('runs:column.beforeAmount'), text: row => amountText(row.before, speech) },
    { key: 'beforeReasons', label: t('runs:column.beforeReasons'), text: row => reasonsText(row.before, speech) },
    { key: 'now', label: t('runs:column.now'), text: row => outcomeText(row.now, speech) },
    { key: 'nowAmount', label: t('runs:column.nowAmount'), text: row => amountText(row.now, speech) },
    { key: 'nowReasons', label: t('runs:column.nowReasons'), text: row => reasonsText(row.now, speech) },
    { key: 'missing', label: t('runs:column.missing'), text: row => row.now.missing.map(speech.say).join(' · ') },
  ]
}

export function outcomeText(state: DecidedState | undefined, { t }: Speech): string {
  if (state === undefined) return ''
  return state.outcome === 'gone' ? t('runs:difference.gone') : t(`console:outcome.${state.outcome}`)
}

function amountText(state: DecidedState | undefined, { format }: Speech): string {
  return state?.amount ? format.money(state.amount) : ''
}

function reasonsText(state: DecidedState | undefined, { say }: Speech): string {
  return (state?.reasons ?? []).map(reason => say(reason)).join(' · ')
}
