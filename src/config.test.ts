import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { ConfigError, readConfig, settings } from '#config'

test('with nothing set, everything has a value or is absent on purpose', () => {
  assert.deepEqual(readConfig({ PATH: '/usr/bin', SOCLE_PORT: '' }), {
    database: { data: resolve('data'), url: undefined, appUrl: undefined, workerUrl: undefined },
    host: '127.0.0.1',
    port: 3000,
    country: 'ma',
    logLevel: 'info',
    publicUrl: undefined,
    trustedProxies: undefined,
    metricsToken: undefined,
    secret: undefined,
    oidc: undefined,
    auditKey: undefined,
    columnKey: undefined,
    pseudonymKey: undefined,
    auditCheckpoints: undefined,
    providers: undefined,
    evidence: undefined,
    evidenceScanner: undefined,
    messages: undefined,
    payments: { retriesMost: 3, coolingDays: 7, amountTimes: 5 },
  })
})

const refused: { name: string; set: Record<string, string>; says: RegExp }[] = [
  {
    name: 'a port that is a word',
    set: { SOCLE_PORT: 'http' },
    says: /SOCLE_PORT is "http"; accepted: a whole number from 1 to 65535/,
  },
  {
    name: 'a secret that can be guessed',
    set: { SOCLE_SECRET: 'short' },
    says: /SOCLE_SECRET is .*; accepted: at least 32/,
  },
  { name: 'an address without https or http', set: { SOCLE_PUBLIC_URL: 'ftp://x.y' }, says: /SOCLE_PUBLIC_URL/ },
  { name: 'a port out of range', set: { SOCLE_PORT: '70000' }, says: /SOCLE_PORT is "70000"/ },
  {
    name: 'a country in capitals',
    set: { SOCLE_COUNTRY: 'MA' },
    says: /SOCLE_COUNTRY is "MA"; accepted: the name of a folder/,
  },
  {
    name: 'a log level of another program',
    set: { SOCLE_LOG: 'verbose' },
    says: /SOCLE_LOG is "verbose"; accepted: one of fatal, error/,
  },
  { name: 'a host with a scheme', set: { SOCLE_HOST: 'http://x' }, says: /SOCLE_HOST is/ },
  {
    name: 'another database',
    set: { DATABASE_URL: 'mysql://a:b@c/d' },
    says: /DATABASE_URL is not a connection string; accepted: postgres:/,
  },
  {
    name: 'no database name',
    set: { DATABASE_URL: 'postgres://a:b@c/' },
    says: /DATABASE_URL is not a connection string/,
  },
  {
    name: 'a provider in the clear',
    set: { SOCLE_OIDC_ISSUER: 'http://login.example' },
    says: /SOCLE_OIDC_ISSUER is "http:\/\/login.example"; accepted: an https address/,
  },
  {
    name: 'a provider without the address that it sends back to',
    set: {
      SOCLE_OIDC_ISSUER: 'https://login.example',
      SOCLE_OIDC_CLIENT_ID: 'socle',
      SOCLE_OIDC_CLIENT_SECRET: 'a'.repeat(16),
    },
    says: /by OpenID Connect needs SOCLE_PUBLIC_URL as well/,
  },
  {
    name: 'half a provider',
    set: { SOCLE_OIDC_CLIENT_ID: 'socle', SOCLE_PUBLIC_URL: 'https://social.example' },
    says: /needs SOCLE_OIDC_ISSUER, SOCLE_OIDC_CLIENT_SECRET as well/,
  },
  {
    name: 'a gateway of messages in the clear, its address not repeated',
    set: { SOCLE_MESSAGES_URL: 'http://sms.example/?key=1234', SOCLE_MESSAGES_SECRET: 'a'.repeat(32) },
    says: /^SOCLE_MESSAGES_URL is not such an address; accepted: an https address/,
  },
  {
    name: 'a gateway of messages without its secret',
    set: { SOCLE_MESSAGES_URL: 'https://sms.example/' },
    says: /SOCLE_MESSAGES_URL goes with SOCLE_MESSAGES_SECRET, which is missing/,
  },
  {
    name: 'a secret for messages that can be guessed',
    set: { SOCLE_MESSAGES_URL: 'https://sms.example/', SOCLE_MESSAGES_SECRET: 'short' },
    says: /SOCLE_MESSAGES_SECRET is too short/,
  },
  {
    name: 'a role without its owner',
    set: { DATABASE_APP_URL: 'postgres://socle_app:b@c/d' },
    says: /go with DATABASE_URL, which is missing/,
  },
  {
    name: 'a misspelt setting',
    set: { SOCLE_PROT: '3000' },
    says: /SOCLE_PROT is not a setting; there are SOCLE_DATA, /,
  },
]
for (const { name, set, says } of refused) {
  test(`refused by name: ${name}`, () => {
    assert.throws(
      () => readConfig(set),
      (error: unknown) => error instanceof ConfigError && says.test(error.message),
    )
  })
}

test('all that is wrong is said at once, and a password is never repeated', () => {
  const wrong = { SOCLE_PORT: '0', DATABASE_URL: 'mysql://a:secret@c/d' }
  assert.throws(
    () => readConfig(wrong),
    (error: Error) => error.message.split('\n').length === 2 && !error.message.includes('secret'),
  )
})

test('docs/operations.md lists the same settings, with what is accepted and the default', () => {
  const page = readFileSync('docs/operations.md', 'utf8')
  const rows = [...page.matchAll(/^\| `((?:SOCLE|DATABASE)_\w+)` +\| (.*?) +\| (.*?) +\|/gm)].map(row =>
    row.slice(1, 4),
  )
  const expected = Object.entries(settings).map(([name, setting]) => [
    name,
    setting.accepts,
    setting.default ?? '(none)',
  ])
  assert.deepEqual(rows, expected)
})
