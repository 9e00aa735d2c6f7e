// A process that prepares one month that was asked for, as a worker does: `prepare-once.ts OWNER_URL REQUEST ATTEMPT`.
import { databasesOf, roleUrls } from '#db'
import { parseId } from '#kernel'
import { prepareJob } from '#programmes'
import { keepTestKeys } from './database.ts'

const [url = '', request = '', attempt = '1'] = process.argv.slice(2)
const databases = databasesOf(roleUrls(url), undefined, async () => {})
keepTestKeys(databases)
const job = prepareJob({ databases, terms: { retriesMost: 3, coolingDays: 7, amountTimes: 10 } })
await job.run(
  { request: parseId<'payment-run'>(request)! },
  { id: request, attempt: Number(attempt), worker: databases.worker, signal: new AbortController().signal },
)
await databases.close()
