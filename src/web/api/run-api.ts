import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { type Month, parseId, parseMonth, type Result } from '#kernel'
import type { Difference, RequestRefusal, RunId } from '#programmes'
import type { Permission, Service } from '#security'
import type { Column } from '../console/column.ts'
import { csvOf, streamOf } from '../console/csv.ts'
import { problem, problemOf, refusals } from './problem.ts'

/** Determination runs for programs of partners. Each answers from what the service account is granted. */
export type RunApiDoor = {
  readonly runs: (service: Service, asked: RunsAsked) => Promise<RunList>
  /** Undefined where there is none, or the service may not know of it. */
  readonly run: (service: Service, id: RunId, level: number) => Promise<RunAnswer | undefined>
  /** Leaves a determination to the workers. */
  readonly askRun: (
    service: Service,
    asked: { readonly programme: string; readonly month: Month; readonly snapshot: string | undefined },
  ) => Promise<Result<RunAnswer, RequestRefusal>>
  readonly cancelRun: (
    service: Service,
    id: RunId,
  ) => Promise<Result<RunAnswer, { readonly code: 'run_unknown' | 'run_finished' | 'not_whole_country' }>>
  /** A page of the households for whom the run says something new; each is written down as read by the service. */
  readonly runDifferences: (
    service: Service,
    id: RunId,
    page: DifferencesPageAsked,
  ) => Promise<Result<DifferenceList, { readonly code: 'run_unknown' | 'run_not_finished' }>>
}

export type RunsAsked = {
  readonly programme?: string | undefined
  /** The last run of the page before. */
  readonly after?: RunId | undefined
  readonly limit: number
}
export type DifferencesPageAsked = {
  readonly difference?: Difference | undefined
  readonly after?: string | undefined
  readonly limit: number
}

const count = z.int().nonnegative()
const AmountSchema = z
  .object({ value: z.string().openapi({ example: '1500.00' }), currency: z.string().openapi({ example: 'MAD' }) })
  .openapi('Amount', { description: "Decimal text with the currency's own places" })
const hash = z.string().openapi({ description: 'SHA-256 in hexadecimal' })

const RunHeadSchema = z
  .object({
    id: z.uuid(),
    programme: z.string().openapi({ example: 'ma/asd' }),
    month: z.string().openapi({ example: '2026-12' }),
    state: z.enum(['waiting', 'refused', 'running', 'finished', 'cancelled']).openapi({
      description: 'waiting for a worker; refused before it began; running; finished; cancelled: it counts for nothing',
    }),
    trial: z.boolean().openapi({ description: 'Of households that are not of the register: nobody is owed anything' }),
    askedAt: z.string(),
    finishedAt: z.string().nullable(),
    cancelledAt: z.string().nullable(),
    progress: z.object({
      households: count.openapi({ description: 'Households of the snapshot' }),
      done: count,
      perSecond: z
        .number()
        .nullable()
        .openapi({ description: 'In the last minute; null where none was decided in it' }),
      secondsLeft: z.int().nullable().openapi({ description: 'At that rate' }),
    }),
    resultHash: hash.nullable().openapi({
      description: 'Of the whole list: the same snapshot, text and month give the same',
    }),
  })
  .openapi('RunHead')

const CountSchema = z.object({ code: z.string(), households: count }).openapi('Count')

const RunSchema = RunHeadSchema.extend({
  packVersion: hash.nullable().openapi({ description: 'Of the text that decides' }),
  snapshot: z
    .object({ name: z.string(), hash, effectiveOn: z.string(), asOf: z.string() })
    .nullable()
    .openapi({ description: 'What is decided: facts of a day, as known at an instant' }),
  refusal: z
    .object({ code: z.string(), facts: z.record(z.string(), z.string()) })
    .nullable()
    .openapi({ description: 'Why it could not begin' }),
  figures: z
    .object({
      households: count,
      eligible: count,
      undetermined: count,
      amount: AmountSchema.nullable(),
    })
    .openapi({ description: 'Over the territory of the service account' }),
  territories: z.array(
    z.object({ code: z.string(), households: count, eligible: count, amount: AmountSchema.nullable() }),
  ),
  differences: z
    .array(z.object({ difference: z.string(), households: count, amount: AmountSchema.nullable() }))
    .openapi({ description: 'What is new since the last run; amount: what they have more, or less' }),
  refusals: z.array(CountSchema).openapi({ description: 'How many households each refusal turns away' }),
  leftFor: z.array(CountSchema).openapi({ description: 'The refusals behind those who left' }),
  enteredFrom: z.array(CountSchema).openapi({ description: 'The refusals that had kept out those who entered' }),
}).openapi('Run')

const next = z.uuid().nullable().openapi({ description: 'To be sent as `after` for the next page; null at the end' })
const RunListSchema = z.object({ runs: z.array(RunHeadSchema), next }).openapi('RunList')

const differences = ['first', 'entered', 'left', 'amount_changed', 'gone', 'other'] as const satisfies Difference[]
const StateSchema = z.object({
  outcome: z.string(),
  amount: AmountSchema.nullable(),
  refusals: z.array(z.string()),
})
const DifferenceSchema = z
  .object({
    household: z.uuid(),
    sourceId: z.string().nullable().openapi({ description: 'null where the household has moved elsewhere since' }),
    territory: z.string(),
    difference: z.enum(differences),
    now: StateSchema.extend({ missing: z.array(z.string()) }),
    before: StateSchema.nullable(),
  })
  .openapi('Difference')
const DifferenceListSchema = z.object({ differences: z.array(DifferenceSchema), next }).openapi('DifferenceList')

export type RunAnswer = z.infer<typeof RunSchema>
export type RunHead = z.infer<typeof RunHeadSchema>
export type RunList = z.infer<typeof RunListSchema>
export type DifferenceList = z.infer<typeof DifferenceListSchema>
type DifferenceItem = z.infer<typeof DifferenceSchema>

const security = [{ key: [] }]
const params = z.object({ run: z.string().openapi({ description: 'Id of the run' }) })
const after = z.uuid().optional().openapi({ description: '`next` of the page before' })
const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

const list = createRoute({
  method: 'get',
  path: '/runs',
  operationId: 'listRuns',
  summary: 'Determination runs, the latest asked first',
  security,
  request: {
    query: z.object({
      programme: z.string().max(100).optional(),
      after,
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
  },
  responses: {
    200: json(RunListSchema, 'A page of runs'),
    403: problemOf('The service account lacks figures.read and determination.read'),
    422: problemOf('The request is not as described'),
    ...refusals,
  },
})

const ask = createRoute({
  method: 'post',
  path: '/runs',
  operationId: 'askRun',
  summary: 'Leaves a determination to the workers: of the register as it stands, or of a snapshot',
  security,
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({
              programme: z.string().min(1).max(100),
              month: z.string().max(20).openapi({ example: '2026-12' }),
              snapshot: z.string().min(1).max(200).optional().openapi({ description: 'Name of a snapshot' }),
            })
            .openapi('RunRequest'),
        },
      },
    },
  },
  responses: {
    202: json(RunSchema, 'Asked for; follow it by its id'),
    403: problemOf('The service account lacks determination.run for the whole country'),
    422: problemOf(
      'The request is not as described, or nothing would come of it: the programme is unknown or not in force in that month, another run of it is open, the snapshot lacks facts or is not what was written',
    ),
    ...refusals,
  },
})

const show = createRoute({
  method: 'get',
  path: '/runs/{run}',
  operationId: 'showRun',
  summary: 'A run: how far it is, what it found by territory, what is new and why, and the hash of the list',
  security,
  request: {
    params,
    query: z.object({
      level: z.coerce
        .number()
        .int()
        .min(1)
        .max(5)
        .default(1)
        .openapi({ description: 'Of the territories: 1 for regions, 2 for provinces, and so on' }),
    }),
  },
  responses: {
    200: json(RunSchema, 'The run'),
    403: problemOf('The service account lacks figures.read and determination.read'),
    404: problemOf('There is no such run'),
    422: problemOf('The request is not as described'),
    ...refusals,
  },
})

const cancel = createRoute({
  method: 'post',
  path: '/runs/{run}/cancel',
  operationId: 'cancelRun',
  summary: 'Gives up a run that is under way: what it wrote counts for nothing. Asked twice, it is given up once',
  security,
  request: { params },
  responses: {
    200: json(RunSchema, 'The run, cancelled'),
    403: problemOf('The service account lacks determination.run for the whole country'),
    404: problemOf('There is no such run'),
    409: problemOf('The run is finished: it stands'),
    ...refusals,
  },
})

const changed = createRoute({
  method: 'get',
  path: '/runs/{run}/differences',
  operationId: 'listDifferences',
  summary:
    'The households for whom a finished run says something new: a page as JSON, or all as CSV where that is accepted',
  security,
  request: {
    params,
    query: z.object({
      difference: z.enum(differences).optional(),
      after,
      limit: z.coerce.number().int().min(1).max(1000).default(100).openapi({ description: 'Of a page of JSON' }),
    }),
  },
  responses: {
    200: {
      description: 'Households in order of id. Every reading of them is written down.',
      content: { 'application/json': { schema: DifferenceListSchema }, 'text/csv': { schema: z.string() } },
    },
    403: problemOf('The service account lacks determination.export'),
    404: problemOf('There is no such run'),
    409: problemOf('The run is not finished: there is no list yet'),
    422: problemOf('The request is not as described'),
    ...refusals,
  },
})

const CSV_PAGE = 5000

type Known = { Variables: { service: Service } }

/** The operations on runs, added to the API of partners. */
export function addRunApi(api: OpenAPIHono<Known>, door: RunApiDoor): void {
  const may = (service: Service, ...permissions: readonly Permission[]) =>
    permissions.some(permission => service.scopes.includes(permission))
  api.openapi(list, async context => {
    const service = context.get('service')
    if (!may(service, 'figures.read', 'determination.read')) return problem('scope_missing') as never
    const { after, ...asked } = context.req.valid('query')
    return context.json(await door.runs(service, { ...asked, after: after as RunId | undefined }), 200)
  })
  api.openapi(ask, async context => {
    const service = context.get('service')
    if (!may(service, 'determination.run')) return problem('scope_missing') as never
    const { programme, month: text, snapshot } = context.req.valid('json')
    const month = parseMonth(text)
    if (month === undefined) return problem('request_malformed') as never
    const asked = await door.askRun(service, { programme, month, snapshot })
    if (!asked.ok) return refusedAs(asked.refusal) as never
    return context.json(asked.value, 202)
  })
  api.openapi(show, async context => {
    const service = context.get('service')
    if (!may(service, 'figures.read', 'determination.read')) return problem('scope_missing') as never
    const id = parseId<'DeterminationRun'>(context.req.valid('param').run)
    const found = id && (await door.run(service, id, context.req.valid('query').level))
    return found ? context.json(found, 200) : (problem('run_unknown') as never)
  })
  api.openapi(cancel, async context => {
    const service = context.get('service')
    if (!may(service, 'determination.run')) return problem('scope_missing') as never
    const id = parseId<'DeterminationRun'>(context.req.valid('param').run)
    if (!id) return problem('run_unknown') as never
    const cancelled = await door.cancelRun(service, id)
    return cancelled.ok ? context.json(cancelled.value, 200) : (problem(cancelled.refusal.code) as never)
  })
  api.openapi(changed, async context => {
    const service = context.get('service')
    if (!may(service, 'determination.export')) return problem('scope_missing') as never
    const id = parseId<'DeterminationRun'>(context.req.valid('param').run)
    if (!id) return problem('run_unknown') as never
    const asked = context.req.valid('query')
    const asCsv = (context.req.header('accept') ?? '').includes('text/csv')
    const first = await door.runDifferences(service, id, { ...asked, limit: asCsv ? CSV_PAGE : asked.limit })
    if (!first.ok) return problem(first.refusal.code) as never
    if (!asCsv) return context.json(first.value, 200)
    const pages = pagesFrom(first.value, after =>
      door.runDifferences(service, id, { difference: asked.difference, after, limit: CSV_PAGE }),
    )
    return new Response(streamOf(csvOf(columns, pages, 'en')), {
      headers: { 'content-type': 'text/csv; charset=utf-8' },
    }) as never
  })
}

/** A refusal to begin, with its facts: `pack: ma/asd; from: 2023-12`. */
function refusedAs({ code, facts }: RequestRefusal): Response {
  const detail = Object.entries(facts)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('; ')
  return problem(code, {}, detail)
}

async function* pagesFrom(
  first: DifferenceList,
  more: (after: string) => ReturnType<RunApiDoor['runDifferences']>,
): AsyncGenerator<readonly DifferenceItem[]> {
  for (let page = first; ; ) {
    yield page.differences
    if (page.next === null) return
    const answered = await more(page.next)
    if (!answered.ok) throw new Error(`a finished run is ${answered.refusal.code}`)
    page = answered.value
  }
}

const column = (key: string, text: (row: DifferenceItem) => string | undefined): Column<DifferenceItem> => ({
  key,
  label: key,
  text: row => text(row) ?? '',
})

const columns: readonly Column<DifferenceItem>[] = [
  column('household', row => row.household),
  column('sourceId', row => row.sourceId ?? ''),
  column('territory', row => row.territory),
  column('difference', row => row.difference),
  column('outcome', row => row.now.outcome),
  column('amount', row => row.now.amount?.value),
  column('currency', row => (row.now.amount ?? row.before?.amount)?.currency),
  column('refusals', row => row.now.refusals.join(' ')),
  column('missing', row => row.now.missing.join(' ')),
  column('beforeOutcome', row => row.before?.outcome),
  column('beforeAmount', row => row.before?.amount?.value),
  column('beforeRefusals', row => row.before?.refusals.join(' ')),
]
