import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import { type Language, languages, type Result } from '#kernel'
import type { Claimed, Named } from '#population'
import type { KeyRefusal, Service } from '#security'
import type { Log } from '../context.ts'
import { paces } from '../pace.ts'
import { type ApplicationApiDoor, addApplicationApi } from './application-api.ts'
import { addFeedApi, type FeedApiDoor } from './feed-api.ts'
import { addMapperApi, type MapperDoor } from './mapper-api.ts'
import { problem, problemOf, refusals } from './problem.ts'
import { addRunApi, type RunApiDoor } from './run-api.ts'

export type PartnerDoor = {
  /** Whose key this is, if it opens anything now. */
  readonly service: (key: string) => Promise<Result<Service, KeyRefusal>>
  /** Yes or no, or the seconds to wait where one person was tried too often. `now` in seconds of a clock that does not go back. */
  readonly authenticate: (
    service: Service,
    asked: AuthenticationAsked,
    now: number,
  ) => Promise<{ readonly authentic: boolean } | { readonly wait: number }>
  /**
   * Sends a code to the registered telephone of whoever is named, and answers the same where nobody is: what the partner keeps.
   * Undefined where nothing carries messages.
   */
  readonly askCode:
    | ((
        service: Service,
        asked: { readonly named: Named; readonly language: Language },
      ) => Promise<Result<{ readonly challenge: string; readonly seconds: number }, { readonly wait: number }>>)
    | undefined
  /** Whether the code is the one that was sent. */
  readonly confirmCode: (
    service: Service,
    asked: { readonly challenge: string; readonly code: string },
  ) => Promise<{ readonly authentic: boolean }>
  readonly determinations: RunApiDoor
} & ApplicationApiDoor &
  FeedApiDoor &
  MapperDoor

export type AuthenticationAsked = { readonly named: Named; readonly claimed: Claimed }

export type PartnerApi = {
  readonly partners: PartnerDoor
  readonly log: Log
  /** How often one key may ask; the usual pace unless said. */
  readonly pace?: { readonly burst: number; readonly perSecond: number } | undefined
}

type Known = { Variables: { service: Service } }

const USUAL = { burst: 60, perSecond: 10 }

const WhoSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    organisation: z.string(),
    scopes: z.array(z.string()).openapi({ description: 'Permissions, such as household.read' }),
    territory: z.string().openapi({ description: 'Code of the territory; empty for the whole country' }),
    programme: z.string().nullable().openapi({ description: 'null for every programme' }),
    key: z.object({ prefix: z.string(), expiresAt: z.iso.datetime() }),
  })
  .openapi('ServiceAccount')

const text = z.string().min(1).max(120)
const NamedSchema = z.strictObject({
  by: z.enum(['number', 'alias', 'token']),
  value: z.string().regex(/^[0-9a-f]{9,40}$/),
})
const AskedSchema = z
  .strictObject({
    named: NamedSchema,
    claimed: z
      .strictObject({
        givenName: text.optional(),
        familyName: text.optional(),
        birthDate: z.iso.date().optional(),
        sex: z.enum(['female', 'male']).optional(),
        phone: z.string().min(5).max(40).optional(),
      })
      .refine(claimed => Object.values(claimed).some(value => value !== undefined)),
  })
  .openapi('Authentication')

const CodeAskedSchema = z
  .strictObject({ named: NamedSchema, language: z.enum(languages).default('fr') })
  .openapi('CodeRequest')

const CodeSentSchema = z
  .object({
    challenge: z
      .string()
      .openapi({ description: 'To be sent back with the code; good for this service account alone' }),
    seconds: z.int().openapi({ description: 'For how long' }),
  })
  .openapi('CodeSent', { description: 'The same whether or not somebody is named and has a telephone' })

const CodeTypedSchema = z
  .strictObject({ challenge: z.string().min(1).max(100), code: z.string().min(4).max(20) })
  .openapi('CodeTyped')

const AnswerSchema = z
  .object({
    authentic: z.boolean().openapi({
      description:
        'true where all that is claimed agrees with the register; false otherwise, and where nobody is named',
    }),
  })
  .openapi('AuthenticationAnswer')

const whoami = createRoute({
  method: 'get',
  path: '/whoami',
  operationId: 'whoami',
  summary: 'What this key is for, and until when',
  security: [{ key: [] }],
  responses: {
    200: { description: 'The service account', content: { 'application/json': { schema: WhoSchema } } },
    ...refusals,
  },
})

const authenticate = createRoute({
  method: 'post',
  path: '/persons/authenticate',
  operationId: 'authenticate',
  summary: 'Whether what somebody says of themselves is what the register holds: yes or no',
  security: [{ key: [] }],
  request: { body: { required: true, content: { 'application/json': { schema: AskedSchema } } } },
  responses: {
    200: { description: 'Yes or no', content: { 'application/json': { schema: AnswerSchema } } },
    403: problemOf('The service account lacks person.authenticate'),
    422: problemOf('The request is not as described'),
    ...refusals,
  },
})

const askCode = createRoute({
  method: 'post',
  path: '/persons/authenticate/code',
  operationId: 'askCode',
  summary: 'Sends a one-time code to the registered telephone of a person who is dealing with the partner',
  security: [{ key: [] }],
  request: { body: { required: true, content: { 'application/json': { schema: CodeAskedSchema } } } },
  responses: {
    202: { description: 'Asked for', content: { 'application/json': { schema: CodeSentSchema } } },
    403: problemOf('The service account lacks person.authenticate'),
    422: problemOf('The request is not as described'),
    503: problemOf('Nothing carries messages here'),
    ...refusals,
  },
})

const confirmCode = createRoute({
  method: 'post',
  path: '/persons/authenticate/code/confirm',
  operationId: 'confirmCode',
  summary: 'Whether the code is the one that was sent: yes or no',
  security: [{ key: [] }],
  request: { body: { required: true, content: { 'application/json': { schema: CodeTypedSchema } } } },
  responses: {
    200: { description: 'Yes or no', content: { 'application/json': { schema: AnswerSchema } } },
    403: problemOf('The service account lacks person.authenticate'),
    422: problemOf('The request is not as described'),
    ...refusals,
  },
})

/** The API that partners' programs call, under /api/v1: JSON, refusals as problem+json, described at /openapi.json. */
export function createPartnerApi({ partners, log, pace = USUAL }: PartnerApi) {
  const asked = paces(pace)
  const api = new OpenAPIHono<Known>({
    defaultHook: result => (result.success ? undefined : problem('request_malformed')),
  }).basePath('/api/v1')
  api.openAPIRegistry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer' })
  api.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Socle', version: '1', description: 'What programs of partners may ask.' },
    servers: [{ url: '/' }],
  })
  api.use('*', async (context, next) => {
    if (context.req.path === '/api/v1/openapi.json') return next()
    const key = /^Bearer ([\x21-\x7e]{1,200})$/.exec(context.req.header('authorization') ?? '')?.[1]
    if (key === undefined) return problem('key_missing')
    const known = await partners.service(key)
    if (!known.ok) return problem(known.refusal.code)
    const wait = asked.take(known.value.key.id, performance.now() / 1000)
    if (wait > 0) return problem('too_many_requests', { 'retry-after': String(wait) })
    context.set('service', known.value)
    await next()
    context.header('cache-control', 'no-store')
  })
  api.openapi(whoami, context => {
    const { key, scopes, ...who } = context.get('service')
    return context.json(
      { ...who, scopes: [...scopes], key: { prefix: key.prefix, expiresAt: key.expiresAt.toISOString() } },
      200,
    )
  })
  api.openapi(authenticate, async context => {
    const service = context.get('service')
    if (!service.scopes.includes('person.authenticate')) return problem('scope_missing') as never
    const answer = await partners.authenticate(service, context.req.valid('json'), performance.now() / 1000)
    if ('wait' in answer) return problem('too_many_tries', { 'retry-after': String(answer.wait) }) as never
    return context.json(answer, 200)
  })
  api.openapi(askCode, async context => {
    const service = context.get('service')
    if (!service.scopes.includes('person.authenticate')) return problem('scope_missing') as never
    if (!partners.askCode) return problem('no_messages') as never
    const answer = await partners.askCode(service, context.req.valid('json'))
    if (!answer.ok) return problem('too_many_tries', { 'retry-after': String(answer.refusal.wait) }) as never
    return context.json(answer.value, 202)
  })
  api.openapi(confirmCode, async context => {
    const service = context.get('service')
    if (!service.scopes.includes('person.authenticate')) return problem('scope_missing') as never
    return context.json(await partners.confirmCode(service, context.req.valid('json')), 200)
  })
  addRunApi(api, partners.determinations)
  addFeedApi(api, partners)
  addApplicationApi(api, partners, AskedSchema)
  addMapperApi(api, partners)
  api.notFound(() => problem('not_found'))
  api.onError(error => {
    if (error instanceof HTTPException && error.status === 400) return problem('request_malformed')
    log.error({ err: error }, 'a request of a partner failed')
    return problem('failed')
  })
  return api
}
