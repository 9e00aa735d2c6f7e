import type { AuditRow } from '../audit-door.ts'
import { doorsOf, inTimeOf, speechOf, staffOf } from '../load-context.ts'
import { auditColumns } from './audit-columns.ts'
import { auditAsked } from './audit-request.ts'
import { csvOf, csvResponse } from './csv.ts'
import { guarded } from './guard.ts'

const limit = 5000

export const loader = guarded('audit.read', async ({ request, context }) => {
  const { before: _before, ...asked } = auditAsked(new URL(request.url))
  const { console: doors } = doorsOf(context)
  const staff = staffOf(context)
  async function* pages(): AsyncGenerator<readonly AuditRow[]> {
    for (let before: string | undefined; ; ) {
      const rows = await doors.audit(staff, {
        ...asked,
        limit,
        exported: true,
        ...(before !== undefined && { before }),
      })
      yield inTimeOf(context, rows)
      before = rows.at(-1)?.position
      if (rows.length < limit) return
    }
  }
  const speech = speechOf(context)
  return csvResponse(speech.t('console:file.audit'), csvOf(auditColumns(speech), pages(), speech.language))
})
