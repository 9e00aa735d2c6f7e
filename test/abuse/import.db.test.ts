// Every column of an import, given everything of the corpus: the row is refused with what is accepted, or what is kept
// comes back exactly as it was: from the register, on a page, in a list that leaves as CSV.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import { type Transaction, transaction, workerActor } from '#db'
import { importHouseholds, openTable, type Reject, readMapping, rejectLine, TableError } from '#households'
import type { DateText } from '#kernel'
import { serveWorld } from '../world.ts'
import { corpus, insideShown, MARK } from './corpus.ts'
import { rowCounts } from './row-counts.ts'

const desk = { name: 'Salma Guichet', email: 'salma@abuse.example', territory: '' }
const world = await serveWorld(2, [desk])
const { country, databases } = world
const folder = mkdtempSync(join(tmpdir(), 'socle-abuse-'))
after(() => rmSync(folder, { recursive: true }))

const own = {
  households: ['source_id', 'weight', 'effective_on', 'recipient'],
  members: [
    'household_source_id',
    'source_id',
    'given_name',
    'family_name',
    'given_name_ar',
    'family_name_ar',
    'phone',
  ],
} as const
const columns = {
  households: [...own.households, ...country.catalogue.household.keys()],
  members: [...own.members, ...country.catalogue.member.keys()],
}
const honest: Readonly<Record<string, string>> = {
  territory: '07',
  weight: '1',
  effective_on: '2026-01-01',
  given_name: 'Aya',
  family_name: 'Alami',
  given_name_ar: 'آية',
  family_name_ar: 'العلمي',
  phone: '0612345678',
  relation: 'head',
}
const read = <Row>(query: (tx: Transaction) => Promise<Row>) =>
  transaction(databases.worker, workerActor('test'), query)

/** What a table can hold at all: a zero byte or half a sign is no text of any encoding, and refuses the whole file. */
const writable = corpus.filter(({ text }) => text.isWellFormed() && !text.includes('\0'))

function csv(header: readonly string[], rows: readonly Readonly<Record<string, string>>[]): string {
  const quoted = (cell = '') => `"${cell.replaceAll('"', '""')}"`
  return [header, ...rows.map(row => header.map(name => (Object.hasOwn(row, name) ? row[name] : '')))]
    .map(line => line.map(quoted).join(','))
    .join('\n')
}

async function importing(source: string, households: string, members: string) {
  const paths = { households: join(folder, `${source}-h.csv`), members: join(folder, `${source}-m.csv`) }
  writeFileSync(paths.households, households)
  writeFileSync(paths.members, members)
  const rejects: Reject[] = []
  const result = await importHouseholds(
    databases.worker,
    {
      country,
      households: await openTable(paths.households),
      members: await openTable(paths.members),
      source,
      effectiveOn: '2026-01-01' as DateText,
      askedBy: 'test',
      dryRun: false,
    },
    {
      onRead() {},
      onRegistered() {},
      onResume() {},
      onReject: async reject => void rejects.push(reject),
      signal: new AbortController().signal,
    },
  )
  assert.ok(result.ok, JSON.stringify(result))
  return { report: result.value, rejects }
}

type Tried = {
  readonly kind: 'households' | 'members'
  readonly column: string
  readonly text: string
  readonly id: string
}
const tried: Tried[] = (['households', 'members'] as const).flatMap(kind =>
  columns[kind].flatMap((column, at) =>
    writable.map(({ text }, index) => ({ kind, column, text, id: `${kind[0]}${at}-${index}` })),
  ),
)

/** One household of one member for each trial, one cell of which is hostile. */
function files(): { readonly households: string; readonly members: string } {
  const cell = (each: Tried, kind: Tried['kind'], column: string, usual: string | undefined) =>
    each.kind === kind && each.column === column ? each.text : (usual ?? '')
  return {
    households: csv(
      columns.households,
      tried.map(each =>
        Object.fromEntries(
          columns.households.map(name => [
            name,
            cell(each, 'households', name, name === 'source_id' ? each.id : honest[name]),
          ]),
        ),
      ),
    ),
    members: csv(
      columns.members,
      tried.map(each =>
        Object.fromEntries(
          columns.members.map(name => [
            name,
            cell(
              each,
              'members',
              name,
              name === 'source_id' ? 'm' : name === 'household_source_id' ? each.id : honest[name],
            ),
          ]),
        ),
      ),
    ),
  }
}

test('every cell of the corpus, in every column: what is refused says what is accepted, and leaves nothing behind', async () => {
  const before = await rowCounts(databases)
  const { households, members } = files()
  const { report, rejects } = await importing('corpus', households, members)
  for (const { accepted, value } of rejects) {
    assert.match(accepted, /\w{2}/)
    assert.equal(insideShown(accepted), undefined)
    assert.ok(value.length <= 200 && accepted.length < 2_000)
  }
  const blamed = new Set(rejects.map(reject => reject.column))
  for (const column of [...columns.households, ...columns.members])
    assert.ok(blamed.has(column), `nothing of ${column} is refused`)
  const registered = report.registered
  const after = await rowCounts(databases)
  assert.equal(after['households.household']! - before['households.household']!, registered)
  assert.equal(after['population.person']! - before['population.person']!, registered, 'one member each')
  // Facts have types: but for lists of codes and the like, nothing of the corpus is one.
  const kept = await read(tx =>
    sql<{ id: string }>`select source_id as id from households.household where source = 'corpus'`.execute(tx),
  )
  const ids = new Set(kept.rows.map(({ id }) => id))
  const whole = tried.filter(({ kind, column, id }) => kind === 'members' && /_name/.test(column) && ids.has(id))
  assert.ok(whole.length > 100, 'most names of the corpus are names to a register')
})

test('what was kept of names is what was written, sign for sign', async () => {
  const { rows } = await read(tx =>
    sql<Record<string, string | null>>`
      select h.source_id as id, p.given_name, p.family_name, p.given_name_ar, p.family_name_ar, p.phone
      from households.household h
      join households.membership m on m.household_id = h.id
      join population.person p on p.id = m.person_id where h.source = 'corpus'`.execute(tx),
  )
  const byId = new Map(rows.map(row => [row.id, row]))
  let compared = 0
  for (const { kind, column, text, id } of tried) {
    const row = byId.get(id)
    if (kind !== 'members' || !/_name/.test(column) || !row) continue
    assert.equal(row[column] ?? '', text.trim().normalize('NFC'), `${column} ${JSON.stringify(text)}`)
    compared++
  }
  assert.ok(compared > 100)
})

test('no page and no list lets a hostile name be more than text', async () => {
  const cookie = Object.entries(await world.cookiesOf(desk))
    .map(([name, value]) => `${name}=${value}`)
    .join('; ')
  const headers = { cookie, 'accept-language': 'en' }
  const { rows } = await read(tx =>
    sql<{ id: string; given: string }>`
      select h.id, p.given_name as given from households.household h
      join households.membership m on m.household_id = h.id join population.person p on p.id = m.person_id
      where h.source = 'corpus' and h.source_id like 'm%' and p.given_name <> 'Aya'`.execute(tx),
  )
  assert.ok(rows.some(({ given }) => given.includes('<script>')) && rows.some(({ given }) => given.startsWith('=')))
  for (const { id, given } of rows) {
    const page = await (await fetch(`${world.url}/console/households/${id}`, { headers })).text()
    assert.ok(!page.includes(`<script>${MARK}`) && !page.includes('<img src=x') && !page.includes('<svg/onload'), given)
    const written = given
      .replaceAll('&', '&amp;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#x27;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
    assert.ok(page.includes(written), `the page of ${JSON.stringify(given)} shows it`)
  }
  const list = await fetch(`${world.url}/console/search.csv?q=Alami`, { headers })
  const cells: string[][] = parse(await list.text(), { bom: true })
  for (const cell of cells.flat()) assert.doesNotMatch(cell, /^[=+@\t\r-](?![\d\s.,]+$)/)
  for (const { given } of rows.filter(each => /^[=+@]/.test(each.given))) {
    assert.ok(
      cells.flat().some(cell => cell.startsWith(`'${given}`)),
      given,
    )
  }
})

test('the file of rejects gives back what was refused, and runs nothing', () => {
  for (const { text } of writable) {
    const line = rejectLine({ file: 'members', row: 2, sourceId: text, column: text, value: text, accepted: 'x' })
    const [cells] = parse(line) as string[][]
    const harmless = /^[=+\-@\t\r\n]/.test(text) && !/^[+-]?\d+([.,]\d+)?$/.test(text) ? `'${text}` : text
    assert.deepEqual(cells, ['members', '2', harmless, harmless, harmless, 'x'])
  }
})

test('a header of hostile names is refused before a row is looked at', async () => {
  for (const { text } of writable.filter(each => each.text.trim() !== '')) {
    const path = join(folder, 'header.csv')
    writeFileSync(path, csv(['source_id', text], [{ source_id: '1' }]))
    const asked = {
      country,
      households: await openTable(path),
      members: await openTable(path),
      source: 'header',
      askedBy: 'test',
      dryRun: false,
    }
    const watch = {
      onRead() {},
      onRegistered() {},
      onResume() {},
      onReject: async () => {},
      signal: new AbortController().signal,
    }
    const result = await importHouseholds(databases.worker, { ...asked, effectiveOn: '2026-01-01' as DateText }, watch)
    assert.ok(!result.ok, JSON.stringify(text))
  }
})

test('a mapping of hostile text is refused with its problems, and adds nothing to every object', () => {
  const bombs = [
    'a: &a [*a]',
    '['.repeat(10_000),
    '__proto__: { x: 1 }',
    'source: "a"\nhouseholds: { columns: { __proto__: x } }',
    '\0',
  ]
  for (const text of [...corpus.map(each => each.text), ...bombs]) {
    const mapping = readMapping(text)
    if (!mapping.ok)
      for (const problem of mapping.refusal.problems)
        assert.equal(insideShown(problem.replace('received undefined', '')), undefined)
  }
  assert.equal(({} as { x?: number }).x, undefined)
})

test('bytes that are no table at all are refused in a sentence', async () => {
  const noise = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 197 + (i >> 3)) % 256))
  const files: Record<string, string | Buffer> = {
    zero: 'source_id,territory\n1,\0',
    noise,
    zip: Buffer.concat([Buffer.from('PK\u0003\u0004'), noise]),
    'endless line': 'a'.repeat(2_000_000),
    'endless quote': `source_id\n"${'a\n'.repeat(600_000)}`,
  }
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(folder, `${name}.csv`)
    writeFileSync(path, bytes)
    const opened = await openTable(path).catch((error: unknown) => error)
    if (opened instanceof TableError) {
      assert.equal(insideShown(opened.message), undefined, opened.message)
      continue
    }
    const rows = (opened as Awaited<ReturnType<typeof openTable>>).rows()
    const refusal = await Array.fromAsync(rows).catch((error: unknown) => error)
    assert.ok(refusal instanceof TableError, name)
  }
})
