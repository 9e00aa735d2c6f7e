import { parseId } from '#kernel'
import { doorsOf, speechOf, staffOf } from '../load-context.ts'
import { guarded } from './guard.ts'

/** A text of the law as a scenario has it, to be kept as a draft; without `file`, the study itself. */
export const loader = guarded('simulation.read', async ({ params, request, context }) => {
  const { searchParams } = new URL(request.url)
  const [scenario, file] = [searchParams.get('scenario'), searchParams.get('file')]
  const id = parseId<'Study'>(params.study ?? '')
  const page = id && (await doorsOf(context).console.simulation(staffOf(context), id, file ? 'draft' : 'study'))
  if (page?.state !== 'saved') throw new Response(null, { status: 404 })
  const drafted = file ? page.result.scenarios[Number(scenario)]?.draft[Number(file)] : undefined
  if (file && !drafted) throw new Response(null, { status: 404 })
  const name = drafted ? drafted.path.split('/').slice(-2).join('-') : `${speechOf(context).t('simulation:file')}.yaml`
  return new Response(drafted?.text ?? page.study, {
    headers: {
      'content-type': 'application/yaml; charset=utf-8',
      'content-disposition': `attachment; filename="${name}"`,
    },
  })
})
