// One process of a torture, which may be killed at any moment: `process.ts ROLE PLACE CLOCK_MS`. What it does it may do again.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { databasesOf, roleUrls, transaction } from '#db'
import type { DateText } from '#kernel'
import {
  type Agenda,
  approveRun,
  askAboutBatches,
  cancelRun,
  handOverBatches,
  importAnswers,
  makeRunFile,
  markRunSent,
  type ProviderPorts,
  prepareRun,
  type RunId,
  readProviderSettings,
  startSimulator,
  writeProviderFile,
} from '#payments'
import { webhookDoor } from '../../src/web/doors/webhooks.ts'
import { createWebServer } from '../../src/web/http.ts'
import { keepTestKeys } from '../database.ts'
import { exampleDoors } from '../example-doors.ts'
import { checker, maker, requestFor } from '../payments.ts'
import { type History, historyOf, type Place, providersOf, SECRET, SLOWEST_MS } from './plan.ts'

const [role = '', placeText = '{}', shift = '0'] = process.argv.slice(2)
const place = JSON.parse(placeText) as Place
const clock = () => Date.now() + Number(shift)
const { app, worker } = databasesOf(roleUrls(place.ownerUrl), undefined, async () => {})
keepTestKeys({ app, worker })
const read = readProviderSettings(providersOf(place.simulatorPort))
if (!read.ok) throw new Error(JSON.stringify(read.refusal))
const ports: ProviderPorts = read.value

/** Told to whoever drives: what went wrong, on a line. */
const tell = (error: unknown) => {
  const { code, message } = error as { code?: string; message: string }
  process.stdout.write(`${JSON.stringify({ role, code: code ?? '', message })}\n`)
}

async function work(): Promise<void> {
  const histories = place.seeds.map(historyOf)
  // Two workers take the same in another order.
  if (role === 'worker-2') histories.reverse()
  const agenda: Agenda = new Map()
  const hand = { worker, ports, clock }
  const phases = () => (readdirSync(place.folder).includes('second-phase') ? 2 : 1)
  for (;;) {
    for (const history of histories) {
      for (const runs of history.phases.slice(0, phases())) for (const run of inOrder(runs)) await pay(history, run)
      await safely(() => handOverBatches(hand))
    }
    await safely(takeInbox)
    await safely(() => askAboutBatches(hand, agenda))
    await sleep(20)
  }
}

const inOrder = (runs: readonly RunId[]) => (role === 'worker-2' ? runs.toReversed() : runs)

async function pay({ budgetLine, lines }: History, run: RunId): Promise<void> {
  await safely(() => transaction(worker, maker, tx => prepareRun(tx, requestFor(budgetLine, { id: run }), { lines })))
  const approved = await safely(() => transaction(app, checker, tx => approveRun(tx, run)))
  const executionDate = '2026-12-28' as DateText
  const request = { run, version: '03', createdAt: '2026-12-20T08:00:00Z', executionDate, ports } as const
  const file = await safely(() => transaction(worker, maker, tx => makeRunFile(tx, request, async () => {})))
  const part = { run, provider: 'points', port: ports.get('points') }
  await safely(() => transaction(worker, maker, tx => writeProviderFile(tx, part, async () => {})))
  // As an officer would: a run that must not leave any more is cancelled, and what it held joins another.
  const refused = [approved, file].some(step => step?.ok === false && step.refusal.code === 'paid_after_all')
  if (refused) await safely(() => transaction(app, checker, tx => cancelRun(tx, run, 'paid after all')))
  await safely(() => transaction(app, checker, tx => markRunSent(tx, run)))
}

/** Every file that lies there, in whatever order, each time: what was taken before changes nothing. */
async function takeInbox(): Promise<void> {
  const inbox = join(place.folder, 'inbox')
  const names = readdirSync(inbox).filter(name => !name.endsWith('.part'))
  for (const name of role === 'worker-2' ? names.toReversed() : names) {
    const [provider = ''] = name.split('-')
    const bytes = readFileSync(join(inbox, name))
    await safely(() => transaction(worker, maker, tx => importAnswers(tx, provider, bytes, ports.get(provider)?.read)))
  }
}

async function safely<Value>(step: () => Promise<Value>): Promise<Value | undefined> {
  return await step().catch(error => void tell(error))
}

switch (role) {
  case 'simulator':
    await startSimulator({
      seed: place.seeds[0]!,
      host: '127.0.0.1',
      port: place.simulatorPort,
      books: join(place.folder, 'wallet.books'),
      secret: SECRET,
      webhook: `http://127.0.0.1:${place.serverPort}/webhooks/payments/wallet`,
      slowestMs: SLOWEST_MS,
      clock,
    })
    break
  case 'server': {
    const client = join(place.folder, 'client')
    mkdirSync(join(client, 'assets'), { recursive: true })
    const pages = async () => async () => new Response(null, { status: 404 })
    await createWebServer({
      doors: { ...exampleDoors(), webhooks: webhookDoor({ worker, ports, clock }) },
      site: { folder: place.folder, clientFolder: client, built: false, pages },
      host: '127.0.0.1',
      port: place.serverPort,
      log: { error: facts => tell((facts as { err: unknown }).err) },
    })
    break
  }
  default:
    await work()
}
