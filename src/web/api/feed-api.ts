import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { FEED_KINDS, type FeedKind } from '#countries'
import type { FeedRefusal, FeedReject, FeedReport } from '#households'
import type { Result } from '#kernel'
import type { Service } from '#security'
import { problem, problemOf, refusals } from './problem.ts'

export type FeedApiDoor = {
  /** Takes what another register tells of persons whom this service account may see. */
  readonly takeFeed: (service: Service, told: FeedTold) => Promise<Result<FeedTaken, FeedRefusal>>
}

export type FeedTold = {
  readonly kind: FeedKind
  readonly month: string | undefined
  readonly rows: readonly Readonly<Record<string, string>>[]
}

export type FeedTaken = {
  readonly report: FeedReport & { readonly isAgain: boolean }
  readonly rejects: readonly FeedReject[]
}

const MOST_ROWS = 5000
const FeedToldSchema = z
  .strictObject({
    month: z
      .string()
      .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
      .optional()
      .openapi({ description: 'Month of rows that say none, YYYY-MM' }),
    rows: z
      .array(z.record(z.string().max(60), z.string().max(200)))
      .min(1)
      .max(MOST_ROWS)
      .openapi({ description: 'Texts by the names of columns, as `socle feed` takes them in a file' }),
  })
  .openapi('Feed')

const feedDetail = (refusal: FeedRefusal) =>
  'columns' in refusal ? `${refusal.code}: ${refusal.columns.join(', ')}` : refusal.code

const count = z.int().min(0)
const FeedTakenSchema = z
  .object({
    id: z.uuid(),
    again: z.boolean().openapi({ description: 'The same content was given before: nothing was done' }),
    recorded: count,
    unchanged: count,
    doubtful: count.openapi({ description: 'Rows of which somebody has to say who is meant' }),
    rejected: count,
    rejects: z.array(
      z.object({
        row: z.int().openapi({ description: 'Place in the list, from 1' }),
        code: z.string(),
        column: z.string(),
        accepted: z.string(),
      }),
    ),
  })
  .openapi('FeedTaken')

const takeFeed = createRoute({
  method: 'post',
  path: '/feeds/{kind}',
  operationId: 'takeFeed',
  summary: 'What a school information system, a health service or the civil register tells of persons, row by row',
  security: [{ key: [] }],
  request: {
    params: z.object({ kind: z.enum(FEED_KINDS) }),
    body: { required: true, content: { 'application/json': { schema: FeedToldSchema } } },
  },
  responses: {
    200: { description: 'What became of the rows', content: { 'application/json': { schema: FeedTakenSchema } } },
    403: problemOf('The service account lacks feed.write'),
    422: problemOf('The rows cannot be read as this feed'),
    ...refusals,
  },
})

/** Feeds of other registers: POST /api/v1/feeds/{kind}. */
export function addFeedApi(api: OpenAPIHono<{ Variables: { service: Service } }>, partners: FeedApiDoor): void {
  api.openapi(takeFeed, async context => {
    const service = context.get('service')
    if (!service.scopes.includes('feed.write')) return problem('scope_missing') as never
    const { month, rows } = context.req.valid('json')
    const taken = await partners.takeFeed(service, { kind: context.req.valid('param').kind, month, rows })
    if (!taken.ok) return problem('feed_refused', {}, feedDetail(taken.refusal)) as never
    const { id, isAgain: again, recorded, unchanged, doubtful, rejected } = taken.value.report
    const rejects = taken.value.rejects.map(each => ({ ...each }))
    return context.json({ id, again, recorded, unchanged, doubtful, rejected, rejects }, 200)
  })
}
