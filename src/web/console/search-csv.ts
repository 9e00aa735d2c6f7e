import { doorsOf, speechOf, staffOf } from '../load-context.ts'
import type { LoaderArgs } from '../route.ts'
import { csvOf, csvResponse } from './csv.ts'
import { searchColumns } from './search-columns.ts'

const most = 10_000

export async function loader({ request, context }: LoaderArgs) {
  const text = (new URL(request.url).searchParams.get('q') ?? '').trim()
  const { hits } = await doorsOf(context).console.search(staffOf(context), { text, page: 1, perPage: most })
  const speech = speechOf(context)
  return csvResponse(speech.t('console:file.search'), csvOf(searchColumns(speech), hits, speech.language))
}
