import { parseId } from '#kernel'
import { doorsOf, speechOf, staffOf } from '../load-context.ts'
import { guarded } from './guard.ts'

/** The file for the right of access, as JSON or as a page to print; taking it away stands in the audit. */
export const loader = guarded('personal_data.read', async ({ params, request, context }) => {
  const id = parseId<'Household'>(params.id ?? '')
  const { t, language, direction } = speechOf(context)
  const words = {
    language,
    direction,
    word: (name: string) => t(`privacy:file.${name}`),
    table: (name: string) => t(`privacy:file.table.${name}`),
    column: (name: string) => t(`privacy:file.column.${name}`),
    value: (column: string, code: string) => t(`privacy:file.value.${column}.${code}`),
    purpose: (name: string) => t(`console:purpose.${name}`),
    person: (field: string) => t(`privacy:correction.person.${field}`),
  }
  const as = new URL(request.url).pathname.endsWith('.json') ? 'json' : { words }
  const file = id && (await doorsOf(context).console.personalFile(staffOf(context), id, as))
  if (!file) throw new Response(null, { status: 404 })
  return new Response(file.content, {
    headers: { 'content-type': file.type, 'content-disposition': `attachment; filename="${file.name}"` },
  })
})
