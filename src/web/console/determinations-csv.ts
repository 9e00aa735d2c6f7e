import { doorsOf, inTimeOf, speechOf, staffOf } from '../load-context.ts'
import type { LoaderArgs } from '../route.ts'
import { csvOf, csvResponse } from './csv.ts'
import { determinationColumns } from './determination-columns.ts'

export async function loader({ context }: LoaderArgs) {
  const speech = speechOf(context)
  const { determinations } = inTimeOf(context, await doorsOf(context).console.work(staffOf(context)))
  const pieces = csvOf(determinationColumns(speech), [determinations], speech.language)
  return csvResponse(speech.t('console:file.determinations'), pieces)
}
