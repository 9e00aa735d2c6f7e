// A process that takes one file of answers that was given, as a worker does: `answers-once.ts OWNER_URL GIVEN ATTEMPT`.
import { databasesOf, roleUrls } from '#db'
import { parseId } from '#kernel'
import { answersJob } from '#payments'
import { keepTestKeys } from './database.ts'

const [url = '', given = '', attempt = '1'] = process.argv.slice(2)
const databases = databasesOf(roleUrls(url), undefined, async () => {})
keepTestKeys(databases)
const job = answersJob({ databases, ports: new Map() })
await job.run(
  { given: parseId<'GivenAnswers'>(given)! },
  { id: given, attempt: Number(attempt), worker: databases.worker, signal: new AbortController().signal },
)
await databases.close()
