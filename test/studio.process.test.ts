// A study and a run asked for by forms, as a browser without script posts them: what is wrong with a snapshot or a month is
// said at once, and a study that is tried leaves with the same figures as sheets, as CSV and by the command.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import readWorkbook from 'read-excel-file/node'
import { type Transaction, transaction, workerActor } from '#db'
import { listSnapshots, type Snapshot } from '#households'
import { languages, monthOf, parseId } from '#kernel'
import { findStudy, type StudyResult } from '#simulation'
import { withoutMemberFact } from './snapshot-without.ts'
import { serveWorld } from './world.ts'

const officer = {
  name: 'Nadia Berrada',
  email: 'nadia@example.org',
  territory: '',
  roles: ['policy_officer', 'programme_manager'],
} as const
const { url, databases, country, cookiesOf, snapshots } = await serveWorld(25, [officer], 1000)
const session = await cookiesOf(officer)
const folder = mkdtempSync(join(tmpdir(), 'socle-studio-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const headers = (language: string) => ({
  cookie: Object.entries({ ...session, 'socle-language': language })
    .map(([name, value]) => `${name}=${value}`)
    .join('; '),
  'sec-fetch-site': 'same-origin',
})
const post = (path: string, language: string, fields: Record<string, string>) =>
  fetch(url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: headers(language),
    body: new URLSearchParams(fields),
  })
const asking = <Value>(work: (tx: Transaction) => Promise<Value>) =>
  transaction(databases.worker, workerActor('test'), work)

const SIGNS: Readonly<Record<string, string>> = { '&#x27;': "'", '&quot;': '"', '&lt;': '<', '&gt;': '>', '&amp;': '&' }
/** What is read on a page. */
async function read(answer: Response): Promise<string> {
  const html = (await answer.text()).replaceAll(/<script\b[\s\S]*?<\/script>/g, '').replaceAll(/<[^>]*>/g, '')
  return html.replaceAll(/&(#x27|quot|lt|gt|amp);/g, sign => SIGNS[sign] ?? sign)
}

/** Everything that a run or a study leaves when it begins. */
async function begun(): Promise<unknown> {
  const { rows } = await asking(tx =>
    sql`
    select (select count(*) from programmes.determination_request) as requests,
      (select count(*) from programmes.determination_run) as runs, (select count(*) from simulation.study) as studies`.execute(
      tx,
    ),
  )
  return rows
}

const own = listSnapshots(snapshots, country).find(({ manifest }) => manifest.origin?.kind === 'register') as Snapshot
const file = own.manifest.files[0]!.path

function damaged(): () => void {
  const path = join(own.folder, file)
  const bytes = readFileSync(path)
  writeFileSync(
    path,
    bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte)),
  )
  return () => writeFileSync(path, bytes)
}

type Wrong = { change: () => () => void; pack: string; run: string; study: string; inRun: RegExp; inStudy: RegExp }
const wrong: Readonly<Record<string, Wrong>> = {
  'a snapshot of which a file was changed': {
    change: damaged,
    pack: 'ma/asd',
    run: 'file_refused',
    study: 'file_refused',
    inRun: new RegExp(file),
    inStudy: new RegExp(`${file} · its SHA-256 is [0-9a-f]{64}`),
  },
  'a fact that the snapshot lacks': {
    change: () => withoutMemberFact(own.folder, 'schooling'),
    pack: 'ma/asd',
    run: 'facts_lacking',
    study: 'facts_lacking',
    inRun: /member\.schooling/,
    inStudy: /ma\/asd · member\.schooling/,
  },
  'a month outside the life of the programme': {
    change: () => () => {},
    pack: 'ma/tayssir',
    run: 'programme_not_in_force',
    study: 'not_in_force',
    inRun: /2018.*2023/,
    inStudy: /ma\/tayssir · 2018-12 – 2023-11/,
  },
}
for (const [name, { change, pack, run, study, inRun, inStudy }] of Object.entries(wrong)) {
  test(`${name}: both forms say so in three languages, and nothing begins`, async () => {
    const before = await begun()
    const month = monthOf(own.manifest.effectiveOn)
    const putBack = change()
    try {
      const now = listSnapshots(snapshots, country).find(each => each.folder === own.folder) as Snapshot
      for (const language of languages) {
        const words = (of: string) => JSON.parse(readFileSync(`locales/${language}/${of}.json`, 'utf8'))
        const says = async (answer: Response, sentence: string, facts: RegExp) => {
          assert.equal(answer.status, 422, language)
          const text = await read(answer)
          for (const part of sentence.split(/\{\{\w+\}\}/)) assert.ok(text.includes(part), `${language}: ${part}`)
          assert.match(text, facts, language)
          assert.ok(!text.includes(snapshots), language)
        }
        const asked = { programme: pack, month, snapshot: own.folder.split('/').at(-1) as string }
        await says(await post('/console/runs/new', language, asked), words('runs').cannot[run], inRun)
        const hash = now.manifest.hash
        const text = `pack: ${pack}\nmonth: ${month}\nscenarios: [{ name: x }]`
        const fields = { name: 'x', snapshot: hash, pack, month, study: text }
        const address = `/console/simulation/new?${new URLSearchParams({ snapshot: hash, pack, month })}`
        await says(await post(address, language, fields), words('simulation').refusal[study], inStudy)
      }
    } finally {
      putBack()
    }
    assert.deepEqual(await begun(), before)
  })
}

const nation = listSnapshots(snapshots, country).find(({ manifest }) => manifest.households === 1000) as Snapshot
const studyText = `pack: ma/asd
month: 2027-01
beside: [ma/amo-tadamon]
reference: { poorest: 30, by: ma/ise }
projection: { years: 2, households: 1.2, amounts: 2 }
scenarios:
  - { name: lower, parameters: [{ name: threshold, value: 9.9 }] }
  - { name: dearer, parameters: [{ name: minimum, value: 600 }] }
`

/** Tried by the form of the studio, once: its address, and what is kept of it. */
let once: Promise<{ readonly path: string; readonly result: StudyResult }> | undefined
const tried = () => {
  once ??= (async () => {
    const fields = { name: 'x', snapshot: nation.manifest.hash, pack: 'ma/asd', month: '2027-01', study: studyText }
    const answer = await post('/console/simulation/new', 'en', fields)
    assert.equal(answer.status, 303, await read(answer))
    const path = answer.headers.get('location') as string
    const id = parseId<'Study'>(path.split('/').at(-1) as string)!
    for (let waited = 0; waited < 60; waited++) {
      // The page waits a while for the study itself.
      await read(await fetch(url + path, { headers: headers('en') }))
      const found = await asking(tx => findStudy(tx, 'ma', id))
      if (found) return { path, result: found.result }
    }
    throw new Error('the study was not saved')
  })()
  return once
}

test('a study leaves as a workbook: a sheet for each table, whose head and numbers are those of the CSV', async () => {
  const { path, result } = await tried()
  const get = async (rest: string) => fetch(`${url}${path}${rest}`, { headers: headers('en') })
  const book = await readWorkbook(Buffer.from(await (await get('/tables.xlsx')).arrayBuffer()))
  const words = JSON.parse(readFileSync('locales/en/simulation.json', 'utf8'))
  const tables = result.scenarios.flatMap(({ name, tables }, scenario) =>
    tables.map(({ by }) => ({ name, scenario, by })),
  )
  assert.deepEqual(
    book.map(({ sheet }) => sheet),
    tables.map(({ scenario, by }) => `${scenario + 1} ${words.dimension[by]}`.slice(0, 31)),
  )
  let numbers = 0
  for (const [place, { name, scenario, by }] of tables.entries()) {
    const csv = await (await get(`/table.csv?scenario=${scenario}&by=${by}`)).text()
    const lines: string[][] = parse(csv, { bom: true })
    const [title, head, ...rows] = book[place]!.data
    assert.equal(title?.[0], name)
    assert.deepEqual([head, rows.length], [lines[0], lines.length - 1])
    for (const [row, cells] of rows.entries()) {
      for (const [column, cell] of cells.entries()) {
        const text = lines[row + 1]![column]!
        // Counts are numbers and amounts are decimals; what is hidden, and what a group is called, is the same text.
        if (column === 0 || text === words.hidden) assert.equal(cell, text)
        else {
          assert.equal(Number(cell), Number(text.replaceAll(/[^\d.]/g, '')), `${by} ${text}`)
          assert.equal(typeof cell, column < 6 ? 'number' : 'string')
          numbers++
        }
      }
    }
  }
  assert.ok(numbers > 50, `${numbers}`)
})

function simulate(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, ['src/cli/main.ts', 'simulate', ...args], (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}
const plain = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? each.toString() : each)))

test('the command finds what the studio found: as JSON, as CSV and as a draft', async () => {
  const { result } = await tried()
  const [study, csv, draft] = ['study.yaml', 'csv', 'draft'].map(name => join(folder, name)) as [string, string, string]
  writeFileSync(study, studyText)
  const { code, out, err } = await simulate(
    study,
    '--snapshot',
    nation.folder,
    '--json',
    '--csv',
    csv,
    '--draft',
    draft,
  )
  assert.equal(code, 0, err)
  const found = JSON.parse(out)
  const expected = plain(result)
  for (const each of found.scenarios) delete each.seconds
  for (const each of expected.scenarios) {
    for (const { path, text } of each.draft) assert.equal(readFileSync(join(draft, each.name, path), 'utf8'), text)
    each.draft = each.draft.map(({ path }: { path: string }) => path)
    assert.ok(each.draft.length > 0)
    delete each.seconds
    delete each.published
  }
  assert.deepEqual(found, expected)
  const files = result.scenarios.flatMap(({ tables }, index) =>
    tables.map(({ by, rows }) => ({ name: `${index + 1}-${by}.csv`, rows })),
  )
  assert.deepEqual(readdirSync(csv).sort(), files.map(({ name }) => name).sort())
  for (const { name, rows } of files) {
    const lines: Record<string, string>[] = parse(readFileSync(join(csv, name), 'utf8'), { columns: true })
    const hidden = (value: number | bigint | null) => (value === null ? '*' : String(value))
    assert.deepEqual(
      lines.map(line => [
        line.code,
        line.reached,
        line.gainers,
        line.amount_MAD?.replace('.', '').replace(/^0+(?=\d)/, ''),
      ]),
      rows.map(row => [row.code, hidden(row.reached), hidden(row.gainers), hidden(row.amount)]),
      name,
    )
  }
})

test('a file that is no study is refused by the command with code 2 and every mistake at once', async () => {
  const path = join(folder, 'bad.yaml')
  writeFileSync(path, 'pack: asd\nmonth: 2027-13\nbeside: [x]\nscenarios: [{ nme: x }]\nother: 1\n')
  const { code, out, err } = await simulate(path, '--snapshot', nation.folder, '--json')
  assert.deepEqual([code, out], [2, ''])
  for (const mistake of [
    'pack: a pack such as ma/asd',
    'month: a month such as 2027-01',
    'beside.0: a pack such as ma/asd',
    'scenarios.0.name: ',
    'scenarios.0: Unrecognized key: "nme"',
    'the file: Unrecognized key: "other"',
  ]) {
    assert.ok(err.includes(mistake), mistake)
  }
  assert.doesNotMatch(err, /\n\s+at /)
})
