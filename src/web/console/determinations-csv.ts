import { doorsOf, inTimeOf, speechOf, staffOf } from '../load-context.ts'
import { csvOf, csvResponse } from './csv.ts'
import { determinationColumns } from './determination-columns.ts'
import { guarded } from './guard.ts'

export const loader = guarded('figures.read', async ({ context }) => {
  const speech = speechOf(context)
  const { determinations } = inTimeOf(context, await doorsOf(context).console.work(staffOf(context)))
  const pieces = csvOf(determinationColumns(speech), [determinations], speech.language)
  return csvResponse(speech.t('console:file.determinations'), pieces)
})
