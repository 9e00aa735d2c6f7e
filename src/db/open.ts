// From settings to open handles.
import { connectAs, type Database, disconnect } from './database.ts'
import { useCluster } from './embedded/cluster.ts'
import { migrate } from './migrate.ts'
import { type RoleUrls, roleUrls } from './roles.ts'

export type DatabaseSettings = {
  /** Folder of the embedded PostgreSQL (SOCLE_DATA); not used when `url` is given. */
  readonly data: string
  /** An existing PostgreSQL, as the owner of the database (DATABASE_URL). */
  readonly url?: string | undefined
  /** Connection strings of the other two roles where they are not derived from the owner's. */
  readonly appUrl?: string | undefined
  readonly workerUrl?: string | undefined
}

export type OpenOptions = {
  /** Told, a line at a time, what a person waiting at a terminal should know. */
  readonly say?: (line: string) => void
  /** Told the name of each migration before it is applied. */
  readonly onApply?: (name: string) => void
}

/** The database of this installation, as each of its roles. */
export type Databases = {
  readonly owner: Database
  readonly app: Database
  readonly worker: Database
  /** Connection strings with passwords, for libraries that open their own (jobs): never print them. */
  readonly urls: RoleUrls
  /** Port of the embedded PostgreSQL; undefined when DATABASE_URL is used. */
  readonly embeddedPort: number | undefined
  /** Closes the handles and leaves the embedded PostgreSQL, which stops when this process was its last user. */
  close(): Promise<void>
}

/**
 * Opens the database: the one of `url`, else the embedded PostgreSQL of the data folder (made and started when needed),
 * and applies missing migrations.
 */
export async function openDatabase(settings: DatabaseSettings, options: OpenOptions = {}): Promise<Databases> {
  const cluster = settings.url
    ? undefined
    : await useCluster({ data: settings.data, ...(options.say && { say: options.say }) })
  const urls = roleUrls(settings.url ?? cluster!.ownerUrl, { app: settings.appUrl, worker: settings.workerUrl })
  try {
    await migrate(urls, { ...(options.onApply && { onApply: options.onApply }) })
  } catch (error) {
    await cluster?.leave()
    throw error
  }
  return databasesOf(urls, cluster?.port, async () => cluster?.leave())
}

export function databasesOf(
  urls: RoleUrls,
  embeddedPort: number | undefined,
  afterwards: () => Promise<void>,
): Databases {
  const [owner, app, worker] = [
    connectAs('owner', urls.owner, 2),
    connectAs('app', urls.app),
    connectAs('worker', urls.worker),
  ]
  return {
    owner,
    app,
    worker,
    urls,
    embeddedPort,
    async close() {
      await Promise.all([owner, app, worker].map(disconnect))
      await afterwards()
    },
  }
}
