import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { type Id, parseId, type Result } from '#kernel'
import type { ApplicationRefusal, EnrolmentState } from '#programmes'
import type { Service } from '#security'
import type { AuthenticationAsked } from './partner-api.ts'
import { problem, problemOf, refusals } from './problem.ts'

export type ApplicationApiDoor = {
  /**
   * Takes an application of somebody who is before an agent of the partner, or on its telephone service, and proved to be who they
   * say; or the seconds to wait where one person was tried too often. `now` in seconds of a clock that does not go back.
   */
  readonly apply: (
    service: Service,
    asked: PartnerApplication,
    now: number,
  ) => Promise<Result<PartnerApplied, PartnerApplicationRefusal>>
}

/** Where a partner takes applications: on its telephone service, or at its payment points. */
const PARTNER_CHANNELS = ['mobile', 'payment_point'] as const

export type PartnerApplication = AuthenticationAsked & {
  readonly id: Id<'Application'>
  readonly programme: string
  readonly channel: (typeof PARTNER_CHANNELS)[number]
}

export type PartnerApplied = { readonly id: Id<'Application'>; readonly state: EnrolmentState }

export type PartnerApplicationRefusal =
  | ApplicationRefusal
  | { readonly code: 'not_authentic' }
  | { readonly code: 'too_many_tries'; readonly wait: number }

const AppliedSchema = z
  .object({
    id: z.uuid(),
    state: z.string().openapi({
      description:
        'enrolled, waiting for a place, eligible with something that keeps the household out, refused, or applied: facts are missing. Why is told to the household alone',
    }),
  })
  .openapi('Applied')

const applyOf = (AskedSchema: z.ZodObject) =>
  createRoute({
    method: 'post',
    path: '/applications',
    operationId: 'apply',
    summary:
      'An application to a programme, taken at a payment point or on a telephone service; the law answers at once',
    security: [{ key: [] }],
    request: {
      body: {
        required: true,
        content: {
          'application/json': {
            schema: AskedSchema.extend({
              id: z.uuid().openapi({ description: 'Made by the caller: the same id again answers what was recorded' }),
              programme: z.string().min(1).max(60).openapi({ description: 'Such as ma/tayssir' }),
              channel: z.enum(PARTNER_CHANNELS),
            })
              .strict()
              .openapi('Application'),
          },
        },
      },
    },
    responses: {
      200: { description: 'Recorded', content: { 'application/json': { schema: AppliedSchema } } },
      403: problemOf('The service account lacks enrolment.write for this programme'),
      422: problemOf(
        'The person is not confirmed, or the programme does not take the application: the detail says which',
      ),
      ...refusals,
    },
  })

/** What refused it, with its facts: `channel_closed: web, desk`. */
const detailOf = ({ code, ...facts }: ApplicationRefusal) => {
  const said = Object.values(facts)
    .flat()
    .filter(each => each !== null)
  return said.length === 0 ? code : `${code}: ${said.join(', ')}`
}

/** Applications by the programs of partners: POST /api/v1/applications. */
export function addApplicationApi(
  api: OpenAPIHono<{ Variables: { service: Service } }>,
  partners: ApplicationApiDoor,
  AskedSchema: z.ZodObject,
): void {
  api.openapi(applyOf(AskedSchema), async context => {
    const service = context.get('service')
    const { id, programme, ...asked } = context.req.valid('json') as Omit<PartnerApplication, 'id'> & { id: string }
    const isFor = service.programme === null || service.programme === programme
    if (!service.scopes.includes('enrolment.write') || !isFor) return problem('scope_missing') as never
    const own = parseId<'Application'>(id.toLowerCase())
    if (own === undefined) return problem('request_malformed') as never
    const applied = await partners.apply(service, { ...asked, programme, id: own }, performance.now() / 1000)
    if (applied.ok) return context.json({ ...applied.value }, 200)
    const { refusal } = applied
    if (refusal.code === 'too_many_tries') {
      return problem('too_many_tries', { 'retry-after': String(refusal.wait) }) as never
    }
    if (refusal.code === 'not_authentic') return problem('not_authentic') as never
    return problem('application_refused', {}, detailOf(refusal)) as never
  })
}
