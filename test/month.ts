// What the journeys of a whole month share: workers that decide what was asked, files of answers, a code of a citizen.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { type Databases, type JobDefinition, startWorker, type Transaction, transaction, workerActor } from '#db'
import type { Id, Month } from '#kernel'
import { answersJob } from '#payments'
import { determinationJobs, prepareJob, type RunId } from '#programmes'
import type { Io } from '../src/cli/command.ts'
import { payAnswers } from '../src/cli/pay/answers.ts'
import { payFile, payPrepare, paySent } from '../src/cli/pay/run.ts'
import { payingProgramme } from '../src/cli/programme.ts'
import { actingAs } from '../src/cli/staff.ts'
import { silent } from './demonstrated.ts'

/** A payment as its provider is asked for it. */
export type Ordered = {
  readonly id: string
  readonly provider: string
  readonly kind: 'bank' | 'mobile' | 'cash'
  readonly person: Id<'Person'>
  readonly name: string
  readonly territory: string
  readonly entitlement: string
  readonly amount: bigint
}

/** How an answer says what became of a payment: paid, or come back for this reason. */
export type Answer = { readonly id: string; readonly returned?: string }

/** The steps of a month that have no page: the calls of `socle pay`, by whom their `--as` names. Each answers what was said. */
export async function monthAtTerminal(databases: Databases) {
  const folder = await mkdtemp(join(tmpdir(), 'socle-month-'))
  after(() => rm(folder, { recursive: true, force: true }))
  const by = (name: string) => actingAs(databases.app, name, 'socle pay')
  let files = 0
  async function said(work: (io: Io) => Promise<void>): Promise<string> {
    const lines: string[] = []
    await work({ ...silent, out: text => void lines.push(text) })
    return lines.join('')
  }
  const ordered = (reference: string) =>
    transaction(databases.worker, workerActor('test'), async tx => {
      const { rows } = await sql<Ordered>`
        select payments.end_to_end_id(r.reference, i.position) as id, i.provider, v.kind, i.payee_id as person,
          i.payee_name as name, i.territory, i.amount, l.entitlement_id as entitlement
        from payments.instruction i join payments.run r on r.id = i.run_id
          join payments.run_line l on l.run_id = i.run_id and l.position = i.position
          join payments.provider v on v.code = i.provider
        where r.reference = ${reference} order by i.position`.execute(tx)
      return rows
    })
  return {
    folder,
    ordered,
    said,
    by,
    /** Drafts the run of a month; its reference stands in what is said. */
    async prepare(who: string, pack: string, month: Month, budgetLine: string) {
      const asked = {
        programme: payingProgramme(pack),
        month,
        budgetLine,
        today: Temporal.Now.plainDateISO().toString() as never,
        terms: { retriesMost: 3, coolingDays: 7, amountTimes: 5 },
      }
      const text = await said(async io => payPrepare(databases, await by(who), asked, io))
      return { text, reference: /^Run ([0-9A-Z]{10}):/.exec(text)![1]! }
    },
    file: async (who: string, run: string) =>
      said(async io =>
        payFile(
          databases,
          await by(who),
          {
            run,
            out: join(folder, `${run}.xml`),
            version: '03',
            createdAt: `${new Date().toISOString().slice(0, 19)}Z`,
            on: Temporal.Now.plainDateISO().toString() as never,
            ports: new Map(),
          },
          io,
        ),
      ),
    sent: async (who: string, run: string) => said(async io => paySent(databases, await by(who), run, io)),
    /** What one provider answers, as a file. */
    async answers(who: string, provider: string, told: readonly Answer[]) {
      const file = join(folder, `answers-${files++}.xml`)
      await writeFile(file, statusReport(`${provider}-${files}`, told))
      return said(async io => payAnswers(databases, await by(who), { file, provider, ports: new Map() }, io))
    },
  }
}

/** A pain.002 that says what became of payments. */
export function statusReport(message: string, told: readonly Answer[]): string {
  const lines = told.map(({ id, returned }) => {
    const why = returned ? `<StsRsnInf><Rsn><Cd>${returned}</Cd></Rsn></StsRsnInf>` : ''
    const status = returned ? 'RJCT' : 'ACSC'
    return `<TxInfAndSts><OrgnlEndToEndId>${id}</OrgnlEndToEndId><TxSts>${status}</TxSts>${why}</TxInfAndSts>`
  })
  return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>${message}</MsgId>
    <CreDtTm>${new Date().toISOString().slice(0, 19)}Z</CreDtTm></GrpHdr><OrgnlPmtInfAndSts>${lines.join('')}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`
}

/** Lets a worker decide what was asked on a page, to the end: what is owed is recorded. */
export async function decidedByWorker(databases: Databases, folder: string, run: RunId): Promise<void> {
  const errors: Error[] = []
  const done = new AbortController()
  const finished = once(done.signal, 'abort')
  const owed = () =>
    transaction(databases.worker, workerActor('test'), async tx => {
      const { rows } = await sql`
        select from security.audit_record where action = 'entitlement.record' and detail ->> 'run' = ${run}`.execute(tx)
      return rows.length > 0
    })
  const jobs = determinationJobs({ databases, folder, atOnce: 1 }).map(job => ({
    ...job,
    async run(...given: Parameters<typeof job.run>) {
      try {
        await job.run(...given)
        if (await owed()) done.abort()
      } catch (error) {
        errors.push(error as Error)
        done.abort()
      }
    },
  }))
  const worker = await startWorker(databases, { jobs, onError: error => errors.push(error) })
  await finished
  await worker.stop()
  assert.deepEqual(errors, [])
}

/** Lets a worker prepare the run of a month that was asked for on a page, to the end: drafted or refused. */
export function preparedByWorker(databases: Databases): Promise<void> {
  const job = prepareJob({ databases, terms: { retriesMost: 3, coolingDays: 7, amountTimes: 10 } })
  return workedOff(databases, job, tx =>
    sql`select from programmes.preparation_request where done_at is null and refused_at is null`.execute(tx),
  )
}

/** Lets a worker take the files of answers that were given on a page, to the end: taken or refused. */
export function answersTakenByWorker(databases: Databases): Promise<void> {
  return workedOff(databases, answersJob({ databases, ports: new Map() }), tx =>
    sql`select from payments.given_answers where ended_at is null`.execute(tx),
  )
}

/** Lets a worker do one kind of job until nothing of it is open. */
async function workedOff<Payload>(
  databases: Databases,
  job: JobDefinition<Payload>,
  open: (tx: Transaction) => Promise<{ readonly rows: readonly unknown[] }>,
): Promise<void> {
  const errors: Error[] = []
  const done = new AbortController()
  const finished = once(done.signal, 'abort')
  const watched = {
    ...job,
    async run(...given: Parameters<typeof job.run>) {
      try {
        await job.run(...given)
        // Asked twice, it is delivered twice.
        if ((await transaction(databases.worker, workerActor('test'), open)).rows.length === 0) done.abort()
      } catch (error) {
        errors.push(error as Error)
        done.abort()
      }
    },
  }
  const worker = await startWorker(databases, { jobs: [watched] as never, onError: error => errors.push(error) })
  await finished
  await worker.stop()
  assert.deepEqual(errors, [])
}

/** A family opens its own page with the code that reached its telephone. */
export async function openOwnFile(page: Page, url: string, lang: '' | '/ar' | '/en', phone: string): Promise<void> {
  await page.goto(`${url}${lang}/dossier`)
  await page.fill('[name=phone]', phone)
  await page.click('.form button')
  await page.waitForURL(/\/dossier\/code$/)
  // The code is on its way while a wrong one is refused.
  await page.fill('[name=code]', '12345')
  await page.click('.form button')
  await page.locator('[role=alert]').first().waitFor()
  await page.goto(`${url}${lang}/demonstration/messages`)
  const messages = await page.locator('.rows p:not(.aside)').allTextContents()
  const code = messages.map(text => /(?<!\d)\d{6}(?!\d)/.exec(text)?.[0]).find(found => found !== undefined)
  await page.goto(`${url}${lang}/dossier/code`)
  await page.fill('[name=code]', code!)
  await page.click('.form button')
  await page.waitForURL(/\/dossier$/)
}
