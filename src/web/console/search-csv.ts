import type { SearchHit } from '../context.ts'
import { doorsOf, speechOf, staffOf } from '../load-context.ts'
import { csvOf, csvResponse } from './csv.ts'
import { guarded } from './guard.ts'
import { searchColumns } from './search-columns.ts'

const perPage = 5000

export const loader = guarded('household.export', async ({ request, context }) => {
  const text = (new URL(request.url).searchParams.get('q') ?? '').trim()
  const { console: doors } = doorsOf(context)
  const staff = staffOf(context)
  async function* pages(): AsyncGenerator<readonly SearchHit[]> {
    for (let page = 1; ; page++) {
      const { hits } = await doors.search(staff, { text, page, perPage, exported: true })
      yield hits
      if (hits.length < perPage) return
    }
  }
  const speech = speechOf(context)
  return csvResponse(speech.t('console:file.search'), csvOf(searchColumns(speech), pages(), speech.language))
})
