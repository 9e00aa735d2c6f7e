import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { newId } from '#kernel'
import type { Service } from '#security'
import { problem, problemOf, refusals } from './problem.ts'

/** Of the G2P Connect mapper (financial address mapper, core API 1.0.0), the operations that answer at once. */
const mapperActs = ['link', 'update', 'unlink', 'resolve'] as const
export type MapperAct = (typeof mapperActs)[number]

export type MapperDoor = {
  /** When, and one answer for each request, in their order. `now` in seconds of a clock that does not go back. */
  readonly mapAddresses: (service: Service, asked: MapperAsked, now: number) => Promise<Mapped>
}

/** `at` is an instant, ISO 8601. */
export type Mapped = { readonly at: string; readonly answers: readonly MapperAnswer[] }

export type MapperAsked = {
  readonly act: MapperAct
  /** Of the message: a request of it said again is the same request. */
  readonly messageId: string
  readonly requests: readonly MapperRequest[]
}

export type MapperRequest = {
  readonly reference: string
  /** `number:123456789@ma`, `alias:…`, `token:…` of the partner's own; '' where none is given. */
  readonly id: string
  /** `account:MA64…@tresor`; '' where none is given. */
  readonly fa: string
  readonly scope: 'yes_no' | 'details'
}

/** Codes of the specification; what it has no code for is said in words. */
export type MapperAnswer = {
  readonly reference: string
  readonly status: 'succ' | 'rjct'
  readonly code?: string
  readonly says?: string
  readonly id?: string
  readonly fa?: string
  readonly provider?: { readonly name: string; readonly code: string }
}

const MOST = 100
const instant = z.iso.datetime({ offset: true })
const text = (most: number) => z.string().min(1).max(most)
const RequestSchema = z.looseObject({
  reference_id: z.string().max(99),
  timestamp: z.string().max(40),
  id: z.string().max(120).optional(),
  fa: z.string().max(120).optional(),
  scope: z.enum(['yes_no', 'details']).default('yes_no'),
})
const HeaderSchema = z.looseObject({
  version: z.string().max(20).default('1.0.0'),
  message_id: text(99),
  message_ts: z.string().max(40),
  action: text(40),
  sender_id: text(200),
  receiver_id: z.string().max(200).optional(),
  total_count: z.int().nonnegative(),
  is_msg_encrypted: z.boolean().default(false),
})
const messageOf = (act: MapperAct) =>
  z
    .looseObject({
      header: HeaderSchema,
      message: z.looseObject({ transaction_id: text(99), [`${act}_request`]: z.array(RequestSchema).min(1) }),
    })
    .openapi(`Mapper_${act}`)
type Header = z.infer<typeof HeaderSchema>
type Request = z.infer<typeof RequestSchema>

const AnsweredSchema = z.looseObject({ header: z.looseObject({}), message: z.looseObject({}).optional() })

const routeOf = (act: MapperAct) =>
  createRoute({
    method: 'post',
    path: `/mapper/sync/${act}`,
    operationId: `mapper_${act}`,
    summary: `G2P Connect mapper: ${act} a person's number and the account where that person is paid`,
    security: [{ key: [] }],
    request: { body: { required: true, content: { 'application/json': { schema: messageOf(act) } } } },
    responses: {
      200: {
        description: 'Answers, each with its status',
        content: { 'application/json': { schema: AnsweredSchema } },
      },
      400: { description: 'The header is refused', content: { 'application/json': { schema: AnsweredSchema } } },
      403: problemOf(`The service account lacks ${permissionOf(act)}`),
      422: problemOf('The request is not as described'),
      ...refusals,
    },
  })

const permissionOf = (act: MapperAct) => (act === 'resolve' ? 'payee_account.read' : 'payee_account.write')

/** POST /api/v1/mapper/sync/{link,update,unlink,resolve}. */
export function addMapperApi(api: OpenAPIHono<{ Variables: { service: Service } }>, mapper: MapperDoor): void {
  for (const act of mapperActs) {
    api.openapi(routeOf(act), async context => {
      const service = context.get('service')
      if (!service.scopes.includes(permissionOf(act))) return problem('scope_missing') as never
      const { header, message } = context.req.valid('json') as {
        header: Header
        message: { readonly transaction_id: string } & Readonly<Record<string, unknown>>
      }
      const requests = message[`${act}_request`] as Request[]
      const refused = headerRefusal(act, header, requests.length)
      const { at, answers } = await answersTo(mapper, service, { act, header, requests: refused ? [] : requests })
      if (refused) return context.json({ header: headerOf(header, at, { ...refused, done: 0 }) }, 400) as never
      const done = { status: 'succ', done: answers.length } as const
      const answered = {
        transaction_id: message.transaction_id,
        correlation_id: newId(),
        [`${act}_response`]: answers.map(answer => wired(answer, at)),
      }
      return context.json({ header: headerOf(header, at, done), message: answered }, 200) as never
    })
  }
}

type HeaderStatus = {
  readonly status: 'succ' | 'rjct'
  readonly done: number
  readonly code?: string
  readonly says?: string
}

/** Refusals of a whole message, in order of precedence: the codes of MsgHeaderStatusReasonCode. */
function headerRefusal(act: MapperAct, header: Header, count: number): Omit<HeaderStatus, 'done'> | undefined {
  const rejected = (code: string, says: string) => ({ status: 'rjct', code, says }) as const
  if (header.version !== '1.0.0') return rejected('rjct.version.invalid', 'version 1.0.0 is spoken here')
  if (!instant.safeParse(header.message_ts).success) {
    return rejected('rjct.message_ts.invalid', 'message_ts is an instant with its offset, as 2026-12-04T17:20:07-04:00')
  }
  // The specification writes link as the action of every one of these.
  if (header.action !== act && header.action !== 'link') {
    return rejected('rjct.action.invalid', `the action of this address is ${act}`)
  }
  if (header.is_msg_encrypted) return rejected('rjct.action.not_supported', 'messages are taken in clear, over TLS')
  if (header.total_count !== count) return rejected('rjct.total_count.invalid', `the message holds ${count} requests`)
  if (count > MOST) return rejected('rjct.total_count.limit_exceeded', `at most ${MOST} requests in one message`)
  return undefined
}

function headerOf(asked: Header, at: string, { status, code, says, done }: HeaderStatus) {
  return {
    version: '1.0.0',
    message_id: newId(),
    message_ts: at,
    // As the specification writes it for all of its answers at once.
    action: 'on-search',
    status,
    ...(code !== undefined && { status_reason_code: code, status_reason_message: says ?? '' }),
    total_count: asked.total_count,
    completed_count: done,
    ...(asked.receiver_id !== undefined && { sender_id: asked.receiver_id }),
    receiver_id: asked.sender_id,
    is_msg_encrypted: false,
  }
}

type Message = { readonly act: MapperAct; readonly header: Header; readonly requests: readonly Request[] }

/** What can be refused without looking is; the rest is asked, in one go. */
async function answersTo(mapper: MapperDoor, service: Service, { act, header, requests }: Message): Promise<Mapped> {
  const seen = new Set<string>()
  const refusedHere = requests.map(({ reference_id: reference, timestamp }): MapperAnswer | undefined => {
    const rejected = (code: string) => ({ reference, status: 'rjct', code }) as const
    if (reference === '') return rejected('rjct.reference_id.invalid')
    if (seen.has(reference)) return rejected('rjct.reference_id.duplicate')
    seen.add(reference)
    return instant.safeParse(timestamp).success ? undefined : rejected('rjct.timestamp.invalid')
  })
  const asked = requests
    .filter((_, at) => refusedHere[at] === undefined)
    .map(({ reference_id: reference, id = '', fa = '', scope }) => ({ reference, id, fa, scope }))
  const seconds = performance.now() / 1000
  const { at, answers } = await mapper.mapAddresses(
    service,
    { act, messageId: header.message_id, requests: asked },
    seconds,
  )
  const byReference = new Map(answers.map(answer => [answer.reference, answer]))
  const all = requests.map(({ reference_id: reference }, index) => refusedHere[index] ?? byReference.get(reference)!)
  return { at, answers: all }
}

function wired({ reference, status, code, says, id, fa, provider }: MapperAnswer, at: string) {
  return {
    reference_id: reference,
    timestamp: at,
    status,
    ...(code !== undefined && { status_reason_code: code }),
    ...(says !== undefined && { status_reason_message: says }),
    ...(id !== undefined && { id }),
    ...(fa !== undefined && { fa }),
    ...(provider !== undefined && { account_provider_info: provider }),
  }
}
