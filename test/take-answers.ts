// A process that takes every file of answers of a folder until it is killed: `take-answers.ts OWNER_URL FOLDER PROVIDER`.
// Started again it takes them all again. Several may run at once. Every second file is read as it comes, the others whole.
import { createReadStream, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { databasesOf, roleUrls, transaction } from '#db'
import { importAnswers, importAnswersFrom } from '#payments'
import { keepTestKeys } from './database.ts'
import { maker } from './payments.ts'

const [url = '', folder = '', provider = ''] = process.argv.slice(2)
const { app, worker, close } = databasesOf(roleUrls(url), undefined, async () => {})
keepTestKeys({ app, worker })
for (const name of readdirSync(folder).sort()) {
  const path = join(folder, name)
  const answer = await transaction(worker, maker, tx =>
    name.endsWith('a.xml')
      ? importAnswersFrom(tx, provider, { open: () => createReadStream(path, { highWaterMark: 100 }) })
      : importAnswers(tx, provider, readFileSync(path)),
  )
  if (!answer.ok) throw new Error(`${name}: ${answer.refusal.code}`)
}
await close()
