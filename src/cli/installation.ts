// What a command needs of the installation it runs in: its settings and its database.
import { type Config, ConfigError, readConfig } from '#config'
import { type Country, listCountries, readCountry } from '#countries'
import { type Databases, openDatabase } from '#db'
import { keepColumnKeys, serveCountry } from '#security'
import { columnKeyPath, takeColumnKeys } from './column-key.ts'
import { type Io, UsageError } from './command.ts'

/** The settings; a bad one is refused in one sentence. */
export function installationConfig(): Config {
  try {
    return readConfig()
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message) : error
  }
}

/** A country by its code; one that is not there, or whose folder holds mistakes, is refused in a sentence. */
export function countryNamed(code: string): Country {
  const country = readCountry(code)
  if (country.ok) return country.value
  throw new UsageError(country.refusal.map(({ message }) => message).join('\n'))
}

/** The country that a call names with --country; without it, that of the installation. */
export function askedCountry({ country }: { readonly country?: string | undefined }): Country {
  return country === undefined ? installationCountry() : countryNamed(country)
}

/** The country of SOCLE_COUNTRY. */
export function installationCountry(): Country {
  const { country } = installationConfig()
  if (listCountries().includes(country)) return countryNamed(country)
  throw new UsageError(`SOCLE_COUNTRY is "${country}"; accepted: ${listCountries().join(', ')}`)
}

/**
 * Runs a command's work on this installation's database: starts the embedded PostgreSQL when it is not running, applies
 * missing migrations, and leaves it as it was found. A database that cannot be opened is a sentence, not a stack.
 */
export async function withDatabase<Value>(io: Io, work: (databases: Databases) => Promise<Value>): Promise<Value> {
  const config = installationConfig()
  const { database } = config
  const databases = await openDatabase(database, {
    say: line => io.err(`${line}\n`),
    onApply: name => io.err(`migration ${name}\n`),
  }).catch(error => {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  })
  keepColumnKeys([databases.app, databases.worker], () => takeColumnKeys(columnKeyPath(config)))
  try {
    return await work(databases)
  } finally {
    await databases.close()
  }
}

/** Before staff come in: the installation serves one country, SOCLE_COUNTRY, and says so once. */
export async function serveOwnCountry({ worker }: Databases): Promise<void> {
  const { country } = installationConfig()
  const served = await serveCountry(worker, country)
  if (served.ok) return
  const { serves } = served.refusal
  throw new UsageError(
    `this database serves the staff of ${serves}, whose territories have the same codes as those of ${country}; ` +
      `set SOCLE_COUNTRY=${serves}, or give ${country} a database of its own (SOCLE_DATA or DATABASE_URL)`,
  )
}
