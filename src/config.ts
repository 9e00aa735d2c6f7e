import { resolve } from 'node:path'
import { z } from 'zod'

/** The database's settings: passed as they are to `openDatabase` of #db. */
export type DatabaseConfig = {
  readonly data: string
  readonly url: string | undefined
  readonly appUrl: string | undefined
  readonly workerUrl: string | undefined
}

/** An OpenID Connect provider, and the address to which it sends back. */
export type OidcConfig = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly name: string
  readonly redirectUri: string
}

/** A gateway to which messages are posted, signed with a secret that both know. */
export type MessagesConfig = { readonly url: string; readonly secret: string; readonly timeoutMs: number }

export type Config = {
  readonly database: DatabaseConfig
  readonly host: string
  readonly port: number
  readonly country: string
  readonly logLevel: (typeof LOG_LEVELS)[number]
  /** The address that people type, where it is not that of this process; https there means cookies over TLS alone. */
  readonly publicUrl: string | undefined
  /** Proxies whose X-Forwarded-For tells the client's address; nobody's word is taken unless it is said. */
  readonly trustedProxies: string | undefined
  /** Whoever bears it reads /metrics; without it, this machine alone. */
  readonly metricsToken: string | undefined
  /** Signs session cookies; drawn and kept in the data folder where it is not given. */
  readonly secret: string | undefined
  /** The provider at which staff may sign in instead of by password, where there is one. */
  readonly oidc: OidcConfig | undefined
  /** File of the private key that signs checkpoints of the audit, where it is not the data folder's. */
  readonly auditKey: string | undefined
  /** File of the keys that wrap the keys of sealed columns, where it is not the data folder's. */
  readonly columnKey: string | undefined
  /** File of the master key of pseudonymised exports, where it is not the data folder's. */
  readonly pseudonymKey: string | undefined
  /** Folder of the papers attached to declarations, where it is not the data folder's. */
  readonly evidence: string | undefined
  /** Program that scans each of them, where there is one. */
  readonly evidenceScanner: string | undefined
  /** The gateway that brings messages to telephones, where there is one. */
  readonly messages: MessagesConfig | undefined
  /** Folder of the daily checkpoints, where it is not the data folder's; 'off' where this installation makes none. */
  readonly auditCheckpoints: string | undefined
  /** File of the payment providers: how each is spoken to, and what is secret between us (readProviderSettings of #payments). */
  readonly providers: string | undefined
  /** What a payment run asks of each line (RunChecks of #payments). */
  readonly payments: { readonly retriesMost: number; readonly coolingDays: number; readonly amountTimes: number }
}

/** Why a start is refused: one sentence per bad setting, by name, with what is accepted. */
export class ConfigError extends Error {}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most)

const postgres = z.string().refine(isPostgresUrl)

/** Every setting: its check, what is accepted (in words, for the refusal and docs/operations.md) and its default. */
export const settings = {
  SOCLE_DATA: { schema: z.string().min(1), accepts: 'a folder', default: './data' },
  SOCLE_HOST: { schema: z.string().regex(/^[\w.:-]+$/), accepts: 'a host name or address', default: '127.0.0.1' },
  SOCLE_PORT: {
    schema: z.coerce.number().int().min(1).max(65535),
    accepts: 'a whole number from 1 to 65535',
    default: '3000',
  },
  SOCLE_COUNTRY: {
    schema: z.string().regex(/^[a-z]{2}$/),
    accepts: 'the name of a folder of packs/, two small letters',
    default: 'ma',
  },
  SOCLE_LOG: { schema: z.enum(LOG_LEVELS), accepts: `one of ${LOG_LEVELS.join(', ')}`, default: 'info' },
  SOCLE_PUBLIC_URL: {
    schema: z.url({ protocol: /^https?$/ }),
    accepts: 'an address such as https://social.example',
    default: undefined,
  },
  SOCLE_TRUSTED_PROXIES: {
    schema: z.string().regex(/^[\da-f.:/]+(\s*,\s*[\da-f.:/]+)*$/i),
    accepts: 'addresses and ranges, such as 127.0.0.1, 10.1.0.0/16',
    default: undefined,
  },
  SOCLE_METRICS_TOKEN: { schema: z.string().min(16), accepts: 'at least 16 characters', default: undefined },
  SOCLE_SECRET: { schema: z.string().min(32), accepts: 'at least 32 characters, drawn at random', default: undefined },
  SOCLE_OIDC_ISSUER: {
    schema: z.string().refine(isIssuer),
    accepts: 'an https address without query, such as https://login.example',
    default: undefined,
  },
  SOCLE_OIDC_CLIENT_ID: {
    schema: z.string().min(1),
    accepts: 'the name that the provider knows us by',
    default: undefined,
  },
  SOCLE_OIDC_CLIENT_SECRET: { schema: z.string().min(16), accepts: 'at least 16 characters', default: undefined },
  SOCLE_OIDC_NAME: { schema: z.string().min(1).max(60), accepts: 'a few words', default: 'OpenID Connect' },
  SOCLE_AUDIT_KEY: { schema: z.string().min(1), accepts: 'a file', default: undefined },
  SOCLE_COLUMN_KEY: { schema: z.string().min(1), accepts: 'a file', default: undefined },
  SOCLE_PSEUDONYM_KEY: { schema: z.string().min(1), accepts: 'a file', default: undefined },
  SOCLE_EVIDENCE: { schema: z.string().min(1), accepts: 'a folder', default: undefined },
  SOCLE_EVIDENCE_SCANNER: { schema: z.string().min(1), accepts: 'a program', default: undefined },
  SOCLE_MESSAGES_URL: {
    schema: z.string().refine(isGateway),
    accepts: 'an https address to which messages are posted',
    default: undefined,
  },
  SOCLE_MESSAGES_SECRET: {
    schema: z.string().min(32),
    accepts: 'at least 32 characters, drawn at random',
    default: undefined,
  },
  SOCLE_MESSAGES_SECONDS: { schema: whole(1, 60), accepts: 'a whole number of seconds from 1 to 60', default: '10' },
  SOCLE_AUDIT_CHECKPOINTS: { schema: z.string().min(1), accepts: 'a folder, or off', default: undefined },
  SOCLE_PROVIDERS: { schema: z.string().min(1), accepts: 'a file', default: undefined },
  SOCLE_PAY_RETRIES: { schema: whole(0, 20), accepts: 'a whole number from 0 to 20', default: '3' },
  SOCLE_PAY_COOLING_DAYS: { schema: whole(0, 90), accepts: 'a whole number of days from 0 to 90', default: '7' },
  SOCLE_PAY_AMOUNT_TIMES: { schema: whole(1, 1000), accepts: 'a whole number from 1 to 1000', default: '5' },
  DATABASE_URL: { schema: postgres, accepts: 'postgres://user:password@host:port/database', default: undefined },
  DATABASE_APP_URL: {
    schema: postgres,
    accepts: 'postgres://socle_app:password@host:port/database',
    default: undefined,
  },
  DATABASE_WORKER_URL: {
    schema: postgres,
    accepts: 'postgres://socle_worker:password@host:port/database',
    default: undefined,
  },
} as const satisfies Record<string, { schema: z.ZodType; accepts: string; default: string | undefined }>

export type Environment = Readonly<Record<string, string | undefined>>

type Settings = {
  [Name in keyof typeof settings]:
    | z.infer<(typeof settings)[Name]['schema']>
    | ((typeof settings)[Name]['default'] extends string ? never : undefined)
}

/** Variables that other programs of this repository read. */
const FOREIGN = new Set(['SOCLE_SHARED'])

/** Reads the settings from the environment, once, at an entry point. An empty variable counts as absent. Throws {@link ConfigError}. */
export function readConfig(environment: Environment = process.env): Config {
  const problems = unknownNames(environment)
  const read: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(settings)) {
    const text = environment[name] || setting.default
    if (text === undefined) continue
    const checked = setting.schema.safeParse(text)
    if (checked.success) read[name] = checked.data
    else problems.push(`${name} is ${shown(name, text)}; accepted: ${setting.accepts}`)
  }
  const values = read as Settings
  if (values.DATABASE_URL === undefined && (values.DATABASE_APP_URL ?? values.DATABASE_WORKER_URL) !== undefined) {
    problems.push('DATABASE_APP_URL and DATABASE_WORKER_URL go with DATABASE_URL, which is missing')
  }
  const oidc = oidcOf(values, problems)
  const messages = messagesOf(values, problems)
  if (problems.length > 0) throw new ConfigError(problems.join('\n'))
  return {
    database: {
      data: resolve(values.SOCLE_DATA),
      url: values.DATABASE_URL,
      appUrl: values.DATABASE_APP_URL,
      workerUrl: values.DATABASE_WORKER_URL,
    },
    host: values.SOCLE_HOST,
    port: values.SOCLE_PORT,
    country: values.SOCLE_COUNTRY,
    logLevel: values.SOCLE_LOG,
    publicUrl: values.SOCLE_PUBLIC_URL,
    trustedProxies: values.SOCLE_TRUSTED_PROXIES,
    metricsToken: values.SOCLE_METRICS_TOKEN,
    secret: values.SOCLE_SECRET,
    oidc,
    auditKey: values.SOCLE_AUDIT_KEY,
    columnKey: values.SOCLE_COLUMN_KEY,
    pseudonymKey: values.SOCLE_PSEUDONYM_KEY,
    evidence: values.SOCLE_EVIDENCE,
    evidenceScanner: values.SOCLE_EVIDENCE_SCANNER,
    messages,
    auditCheckpoints: values.SOCLE_AUDIT_CHECKPOINTS,
    providers: values.SOCLE_PROVIDERS,
    payments: {
      retriesMost: values.SOCLE_PAY_RETRIES,
      coolingDays: values.SOCLE_PAY_COOLING_DAYS,
      amountTimes: values.SOCLE_PAY_AMOUNT_TIMES,
    },
  }
}

/** All of them, or none; the provider sends back to the address that people type. */
function oidcOf(values: Settings, problems: string[]): OidcConfig | undefined {
  const needed = {
    SOCLE_OIDC_ISSUER: values.SOCLE_OIDC_ISSUER,
    SOCLE_OIDC_CLIENT_ID: values.SOCLE_OIDC_CLIENT_ID,
    SOCLE_OIDC_CLIENT_SECRET: values.SOCLE_OIDC_CLIENT_SECRET,
  }
  if (Object.values(needed).every(value => value === undefined)) return undefined
  const { SOCLE_PUBLIC_URL: publicUrl, SOCLE_OIDC_NAME: name } = values
  const all = { ...needed, SOCLE_PUBLIC_URL: publicUrl }
  const missing = Object.entries(all).flatMap(([each, value]) => (value === undefined ? [each] : []))
  if (missing.length > 0) problems.push(`signing in by OpenID Connect needs ${missing.join(', ')} as well`)
  const { SOCLE_OIDC_ISSUER: issuer, SOCLE_OIDC_CLIENT_ID: clientId, SOCLE_OIDC_CLIENT_SECRET: clientSecret } = needed
  if (!issuer || !clientId || !clientSecret || !publicUrl) return undefined
  const redirectUri = `${publicUrl.replace(/\/$/, '')}/console/sign-in/oidc/callback`
  return { issuer, clientId, clientSecret, name, redirectUri }
}

/** Both of them, or neither. */
function messagesOf(values: Settings, problems: string[]): MessagesConfig | undefined {
  const { SOCLE_MESSAGES_URL: url, SOCLE_MESSAGES_SECRET: secret, SOCLE_MESSAGES_SECONDS: seconds } = values
  if (url === undefined && secret === undefined) return undefined
  if (url !== undefined && secret !== undefined) return { url, secret, timeoutMs: seconds * 1000 }
  const [has, misses] = url === undefined ? ['SECRET', 'URL'] : ['URL', 'SECRET']
  problems.push(`SOCLE_MESSAGES_${has} goes with SOCLE_MESSAGES_${misses}, which is missing`)
  return undefined
}

// A misspelt setting would otherwise be ignored in silence.
function unknownNames(environment: Environment): string[] {
  return Object.keys(environment)
    .filter(name => name.startsWith('SOCLE_') && !(name in settings) && !FOREIGN.has(name))
    .map(name => `${name} is not a setting; there are ${Object.keys(settings).join(', ')}`)
}

// A connection string holds a password: it is not repeated on a screen or in a log.
function shown(name: string, text: string): string {
  if (/_?(?:SECRET|TOKEN)$/.test(name)) return 'too short'
  // The address of a gateway may hold a key.
  if (name === 'SOCLE_MESSAGES_URL') return 'not such an address'
  return name.startsWith('DATABASE_') ? 'not a connection string' : JSON.stringify(text)
}

function isPostgresUrl(text: string): boolean {
  const url = URL.parse(text)
  return (
    url !== null &&
    ['postgres:', 'postgresql:'].includes(url.protocol) &&
    url.hostname !== '' &&
    url.username !== '' &&
    url.pathname.length > 1
  )
}

function isIssuer(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && url.search === '' && url.hash === '' && isPrivate(url)
}

/** A telephone and a text travel to it. */
function isGateway(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && url.hash === '' && url.username === '' && isPrivate(url)
}

/** In the clear on this machine alone, for a trial. */
function isPrivate(url: URL): boolean {
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname))
  )
}
