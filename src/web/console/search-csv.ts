import type { SearchHit } from '../context.ts'
import { doorsOf, speechOf, staffOf } from '../load-context.ts'
import { csvOf, csvResponse } from './csv.ts'
import { guarded } from './guard.ts'
import { searchColumns } from './search-columns.ts'

const perPage = 5000

export const loader = guarded('household.export', async ({ request, context }) => {
  const asked = new URL(request.url).searchParams
  const text = (asked.get('q') ?? '').trim()
  const territory = asked.get('in') ?? ''
  const { console: doors } = doorsOf(context)
  const staff = staffOf(context)
  async function* pages(): AsyncGenerator<readonly SearchHit[]> {
    for (let page = 1; ; page++) {
      const { hits } = await doors.search(staff, { text, territory, page, perPage, exported: true })
      yield hits
      if (hits.length < perPage) return
    }
  }
  const speech = speechOf(context)
  return csvResponse(speech.t('console:file.search'), csvOf(searchColumns(speech), pages(), speech.language))
})
