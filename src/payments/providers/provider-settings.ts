import { parse } from 'yaml'
import { z } from 'zod'
import { err, ok, type Result } from '#kernel'
import { csvMappingSchema } from './csv/csv-mapping.ts'
import { csvPort } from './csv/csv-port.ts'
import { httpPort } from './http/http-port.ts'
import { iso20022Port } from './iso20022-port.ts'
import type { ProviderPort, ProviderPorts } from './provider-port.ts'

const code = z.string().regex(/^[a-z0-9-]{1,20}$/)

const portSchema = z.discriminatedUnion('adapter', [
  z.strictObject({ adapter: z.literal('iso20022'), version: z.enum(['03', '12']).default('03') }),
  z.strictObject({ adapter: z.literal('csv'), mapping: csvMappingSchema }),
  z.strictObject({
    adapter: z.literal('http'),
    url: z.string().refine(isSafe, { error: 'an https address; http on this machine alone' }),
    secret: z.string().min(32, { error: 'at least 32 characters, drawn at random' }),
    batch: z.int().min(1).max(5000).default(500),
    ask_seconds: z.int().min(1).max(3600).default(60),
    patience_seconds: z.int().min(1).max(120).default(30),
  }),
])
const schema = z.record(code, portSchema)

/** A setting of a provider that cannot be taken: where it stands, and what is accepted. */
export type ProviderSettingsRefusal = {
  readonly code: 'providers_unreadable'
  readonly at: string
  readonly says: string
}

/** Reads the file of providers: for each code its adapter and what that needs. It holds secrets, and is nobody else's. */
export function readProviderSettings(text: string): Result<ProviderPorts, ProviderSettingsRefusal> {
  const refuse = (at: string, says: string) => err({ code: 'providers_unreadable', at, says } as const)
  let written: unknown
  try {
    written = parse(text)
  } catch {
    // What the reader says may quote the file, and with it a secret.
    return refuse('the whole', 'it is not YAML')
  }
  const read = schema.safeParse(written ?? {})
  if (!read.success) {
    const [issue] = read.error.issues
    return refuse(issue?.path.join('.') || 'the whole', issue?.message ?? 'it is not as described')
  }
  return ok(new Map(Object.entries(read.data).map(([provider, settings]) => [provider, portOf(settings)])))
}

function portOf(settings: z.infer<typeof portSchema>): ProviderPort {
  switch (settings.adapter) {
    case 'iso20022':
      return iso20022Port(settings.version)
    case 'csv':
      return csvPort(settings.mapping)
    case 'http':
      return httpPort({
        url: settings.url.replace(/\/$/, ''),
        secret: settings.secret,
        batch: settings.batch,
        askSeconds: settings.ask_seconds,
        patienceSeconds: settings.patience_seconds,
      })
  }
}

function isSafe(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.search !== '' || url.hash !== '') return false
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname))
  )
}
