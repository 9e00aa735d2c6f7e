// The API of determination runs, as programs of partners use it: over HTTP's requests and answers, on a register of its own.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type Transaction, transaction, workerActor } from '#db'
import { listSnapshots, modelHouseholds, modelSnapshot, readHouseholdModel, registerHouseholds } from '#households'
import { addMonths, type DateText, type Month, monthOf, newId } from '#kernel'
import { determinationJobs, determineRegister, type RunRow } from '#programmes'
import { readingsOf, type Service } from '#security'
import { testDatabase } from '../../../test/database.ts'
import { exampleDoors } from '../../../test/example-doors.ts'
import { withoutMemberFact } from '../../../test/snapshot-without.ts'
import { createPartnerApi } from '../api/partner-api.ts'
import type { DifferenceList, RunAnswer, RunList } from '../api/run-api.ts'
import { partnerRunDoor } from './partner-runs.ts'

const databases = await testDatabase()
const { app, worker } = databases
const folder = mkdtempSync(join(tmpdir(), 'socle-partner-runs-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const country = openCountry('ma')
const asking = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(worker, workerActor('test'), work)
const model = readHouseholdModel(fileURLToPath(new URL('../../../packs/ma', import.meta.url)))

async function register(
  effectiveOn: string,
  households: readonly ReturnType<typeof modelled>[number][],
): Promise<void> {
  const provenance = {
    country: 'ma',
    source: 'test',
    channel: 'generated',
    actor: 'test',
    effectiveOn: effectiveOn as DateText,
    modelled: true,
    head: country.catalogue.head,
  } as const
  await asking(tx => registerHouseholds(tx, provenance, households))
}
function modelled(seed: number, to: number) {
  return [...modelHouseholds(model, { seed, from: 0, to })]
}
async function decided(month: string, pack = 'ma/asd'): Promise<RunRow> {
  const run = await determineRegister(databases, { country, pack, month: month as Month, askedBy: 'test', folder })
  assert.ok(run.ok, JSON.stringify(run))
  return run.value
}
const thisMonth = monthOf(Temporal.Now.plainDateISO(country.timeZone).toString() as DateText)

await register('2026-01-01', modelled(4, 120))
const first = await decided('2026-10')
// Forty declare what others of the model would: some enter, some leave.
const others = modelled(9, 40)
const swapped = modelled(4, 40).map((each, place) => ({
  ...each,
  facts: { ...others[place]!.facts, ...('territory' in each.facts && { territory: each.facts.territory }) },
}))
await register('2026-11-02', swapped)
const second = await decided('2026-11')
const [{ region }] = (
  await asking(tx =>
    sql<{ region: string }>`
      select split_part(territory, '.', 1) as region from programmes.determination where run_id = ${second.id}
      group by 1 order by count(*) desc, 1 limit 1`.execute(tx),
  )
).rows as [{ region: string }]

const every = ['figures.read', 'determination.read', 'determination.run', 'determination.export'] as const
const account = (name: string, given: Partial<Service>): Service => ({
  id: newId<'service'>() as Service['id'],
  name,
  organisation: 'A ministry',
  scopes: [...every],
  territory: '',
  programme: null,
  key: { id: newId<'service-key'>(), prefix: name, expiresAt: new Date(0) },
  ...given,
})
const accounts = [
  account('whole', {}),
  account('region', { territory: region }),
  account('asd', { programme: 'ma/asd' }),
  account('amo', { programme: 'ma/amo-tadamon' }),
  account('figures', { scopes: ['figures.read'] }),
  account('none', { scopes: ['person.authenticate'] }),
]
const api = createPartnerApi({
  partners: {
    ...exampleDoors().partners,
    service: async key => {
      const found = accounts.find(each => each.name === key)
      return found ? { ok: true, value: found } : { ok: false, refusal: { code: 'key_unknown' } }
    },
    determinations: partnerRunDoor({ app, worker, country, folder }),
  },
  log: {
    error: facts =>
      assert.fail(JSON.stringify(facts, Object.getOwnPropertyNames((facts as { err?: Error }).err ?? {}))),
  },
  pace: { burst: 1000, perSecond: 1000 },
})
const ask = async (path: string, key = 'whole', init: RequestInit = {}) =>
  api.request(`/api/v1/runs${path}`, {
    ...init,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...init.headers },
  })
const json = async <Value>(path: string, key?: string, init?: RequestInit) => {
  const response = await ask(path, key, init)
  assert.ok(response.ok, `${path}: ${response.status} ${await response.clone().text()}`)
  return (await response.json()) as Value
}
const post = (body: object): RequestInit => ({ method: 'POST', body: JSON.stringify(body) })
async function refused(response: Response, status: number, code: string): Promise<string> {
  const { type, detail = '' } = (await response.json()) as { type: string; detail?: string }
  assert.deepEqual([response.status, type], [status, `urn:socle:problem:${code}`])
  return detail
}

test('runs are listed latest first, a page at a time, of the programme that the account was given', async () => {
  const { runs, next } = await json<RunList>('')
  assert.deepEqual([runs.map(run => run.id), next], [[second.id, first.id], null])
  const page = await json<RunList>('?limit=1')
  assert.deepEqual([page.runs.map(run => run.id), page.next], [[second.id], second.id])
  const rest = await json<RunList>(`?limit=1&after=${page.next}`)
  assert.deepEqual(
    rest.runs.map(run => run.id),
    [first.id],
  )
  assert.equal((await json<RunList>('?programme=ma/amo-tadamon')).runs.length, 0)
  assert.equal((await json<RunList>('', 'asd')).runs.length, 2)
  assert.equal((await json<RunList>('', 'amo')).runs.length, 0)
})

test('a run says how far it is, what it found by territory, what is new and why, and the hash of the list', async () => {
  const run = await json<RunAnswer>(`/${second.id}`)
  assert.deepEqual([run.state, run.resultHash, run.packVersion], ['finished', second.resultHash, second.packVersion])
  assert.deepEqual([run.progress.done, run.snapshot?.hash], [second.households, second.snapshotHash])
  assert.equal(
    run.territories.reduce((sum, each) => sum + each.households, 0),
    run.figures.households,
  )
  const minor = (amount: { value: string } | null) => Math.round(100 * Number(amount?.value ?? 0))
  assert.equal(
    run.territories.reduce((sum, each) => sum + minor(each.amount), 0),
    minor(run.figures.amount),
  )
  const provinces = await json<RunAnswer>(`/${second.id}?level=2`)
  assert.ok(provinces.territories.length > run.territories.length)
  assert.ok(run.differences.length > 0)
  for (const [difference, reasons] of [
    ['left', run.leftFor],
    ['entered', run.enteredFrom],
  ] as const) {
    const households = run.differences.find(each => each.difference === difference)?.households ?? 0
    assert.ok(households > 0 && reasons.reduce((sum, each) => sum + each.households, 0) >= households, difference)
  }
})

test('an account of a region has the figures and the households of that region, and no others', async () => {
  const run = await json<RunAnswer>(`/${second.id}`, 'region')
  const whole = await json<RunAnswer>(`/${second.id}`)
  assert.deepEqual(
    run.territories,
    whole.territories.filter(each => each.code === region),
  )
  const { differences } = await json<DifferenceList>(`/${second.id}/differences?limit=1000`, 'region')
  assert.ok(differences.length > 0)
  assert.ok(differences.every(each => each.territory.startsWith(`${region}.`)))
})

test('differences come page by page as JSON, and whole as CSV, and are written down as readings of the households', async () => {
  const pages: DifferenceList['differences'] = []
  for (let next: string | null = null; ; ) {
    const page: DifferenceList = await json(`/${second.id}/differences?limit=5${next ? `&after=${next}` : ''}`)
    pages.push(...page.differences)
    next = page.next
    if (next === null) break
  }
  const { differences } = await json<RunAnswer>(`/${second.id}`)
  assert.equal(
    pages.length,
    differences.reduce((sum, each) => sum + each.households, 0),
  )
  const response = await ask(`/${second.id}/differences`, 'whole', { headers: { accept: 'text/csv' } })
  assert.equal(response.headers.get('content-type'), 'text/csv; charset=utf-8')
  const rows: Record<string, string>[] = parse(await response.text(), { columns: true, bom: true })
  assert.deepEqual(
    rows.map(row => [row.household, row.difference, row.outcome, row.amount, row.refusals, row.beforeOutcome]),
    pages.map(({ household, difference, now, before }) => [
      household,
      difference,
      now.outcome,
      now.amount?.value ?? '',
      now.refusals.join(' '),
      before?.outcome ?? '',
    ]),
  )
  const { household } = pages[0]!
  const readings = await asking(tx =>
    readingsOf(tx, [{ kind: 'household', id: household }], { territory: '', limit: 10 }),
  )
  assert.ok(readings.some(({ action, by }) => action === 'determination.export' && by === 'whole'))
})

test('what an account was not given, it may not ask', async () => {
  await refused(await ask('', 'none'), 403, 'scope_missing')
  await refused(await ask(`/${second.id}`, 'none'), 403, 'scope_missing')
  await refused(await ask(`/${second.id}/differences`, 'figures'), 403, 'scope_missing')
  await refused(await ask(`/${second.id}/cancel`, 'figures', { method: 'POST' }), 403, 'scope_missing')
  await refused(await ask('', 'figures', post({ programme: 'ma/asd', month: thisMonth })), 403, 'scope_missing')
  await refused(await ask('', 'region', post({ programme: 'ma/asd', month: thisMonth })), 403, 'not_whole_country')
  await refused(await ask('', 'amo', post({ programme: 'ma/asd', month: thisMonth })), 403, 'not_whole_country')
  for (const path of [`/${second.id}`, `/${second.id}/differences`, `/${newId()}`, '/x', `/${newId()}/differences`]) {
    await refused(await ask(path, 'amo'), 404, 'run_unknown')
  }
  await refused(await ask(`/${second.id}/cancel`, 'amo', { method: 'POST' }), 404, 'run_unknown')
  await refused(await ask(`/${second.id}/cancel`, 'whole', { method: 'POST' }), 409, 'run_finished')
  for (const query of ['?limit=0', '?limit=x', '?after=1']) {
    await refused(await ask(query), 422, 'request_malformed')
  }
  await refused(await ask(`/${second.id}/differences?difference=all`), 422, 'request_malformed')
})

test('nothing is begun that would come to nothing: the programme, the month, the snapshot say why', async () => {
  const snapshot = basename(listSnapshots(folder, country)[0]!.folder)
  const cases: readonly [asked: object, code: string, detail: RegExp][] = [
    [{ programme: 'ma/none', month: thisMonth }, 'pack_unknown', /ma\/none/],
    [{ programme: 'ma/asd', month: '2020-01' }, 'programme_not_begun', /from: 2023-12/],
    [{ programme: 'ma/asd', month: addMonths(thisMonth, 3) }, 'month_too_far', /last: /],
    [{ programme: 'ma/asd', month: '2026-13' }, 'request_malformed', /^$/],
    [{ programme: 'ma/asd', month: '2026-09', snapshot }, 'snapshot_later', /effectiveOn: /],
    [{ programme: 'ma/asd', month: thisMonth, snapshot: 'ma-none' }, 'no_snapshot', /ma-none/],
    [{ programme: 'ma/asd', month: thisMonth, snapshot: '../../etc' }, 'no_snapshot', /etc/],
  ]
  for (const [asked, code, detail] of cases) {
    assert.match(await refused(await ask('', 'whole', post(asked)), 422, code), detail, code)
  }
  const modelledOnes = await modelSnapshot({ country, folder, households: 20, seed: 1, threads: 1 })
  const other = post({ programme: 'ma/asd', month: thisMonth, snapshot: basename(modelledOnes.folder) })
  await refused(await ask('', 'whole', other), 422, 'snapshot_of_another_register')
  rmSync(modelledOnes.folder, { recursive: true })
  const path = join(folder, snapshot, 'manifest.json')
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replace('"modelled": true', '"modelled": false'))
  const altered = await ask('', 'whole', post({ programme: 'ma/asd', month: thisMonth, snapshot }))
  await refused(altered, 422, 'manifest_refused')
  writeFileSync(path, text)
  const putBack = withoutMemberFact(join(folder, snapshot), 'schooling')
  const lacking = await ask('', 'whole', post({ programme: 'ma/asd', month: thisMonth, snapshot }))
  assert.match(await refused(lacking, 422, 'facts_lacking'), /member\.schooling/)
  putBack()
})

test('a run asked for waits, is begun by a worker under its id, and is given up once', async () => {
  const asked = await ask('', 'whole', post({ programme: 'ma/asd', month: thisMonth }))
  assert.equal(asked.status, 202)
  const { id, state } = (await asked.json()) as RunAnswer
  assert.equal(state, 'waiting')
  assert.equal((await json<RunAnswer>(`/${id}`)).state, 'waiting')
  const [opening] = determinationJobs({ databases, folder, atOnce: 1 })
  const context = { attempt: 1, worker, signal: new AbortController().signal, id }
  await opening!.run({ country: 'ma', pack: 'ma/asd', month: thisMonth, askedBy: 'whole' }, context)
  const under = await json<RunAnswer>(`/${id}`)
  assert.deepEqual([under.state, under.progress.done, under.progress.households], ['running', 0, 120])
  await refused(await ask(`/${id}/differences`), 409, 'run_not_finished')
  assert.match(
    await refused(await ask('', 'whole', post({ programme: 'ma/asd', month: thisMonth })), 422, 'run_open'),
    new RegExp(id),
  )
  for (const _ of [1, 2]) {
    const cancelled = await json<RunAnswer>(`/${id}/cancel`, 'asd', { method: 'POST' })
    assert.deepEqual([cancelled.id, cancelled.state], [id, 'cancelled'])
  }
})

test('a snapshot whose file was altered is refused by the worker, and the answer says which file', async () => {
  const [{ folder: path, manifest }] = listSnapshots(folder, country) as [ReturnType<typeof listSnapshots>[0]]
  const file = join(path, manifest.files[0]!.path)
  const bytes = readFileSync(file)
  const snapshot = basename(path)
  const left = await json<RunAnswer>(
    '',
    'whole',
    post({ programme: 'ma/asd', month: addMonths(thisMonth, 1), snapshot }),
  )
  writeFileSync(file, Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])]))
  const [opening] = determinationJobs({ databases, folder, atOnce: 1 })
  const context = { attempt: 1, worker, signal: new AbortController().signal, id: left.id }
  await opening!.run(
    { country: 'ma', pack: 'ma/ise', month: addMonths(thisMonth, 1), askedBy: 'whole', snapshot },
    context,
  )
  writeFileSync(file, bytes)
  const run = await json<RunAnswer>(`/${left.id}`)
  assert.deepEqual(
    [run.state, run.refusal],
    ['refused', { code: 'file_refused', facts: { file: manifest.files[0]!.path } }],
  )
})
