import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { testDatabase } from '../../../test/database.ts'
import { type Io, UsageError } from '../command.ts'
import { command } from './import.ts'

const { worker, urls } = await testDatabase()
const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'socle import é '))
after(() => rmSync(folder, { recursive: true }))

const HEADER =
  'proyecto,folioviv,foliohog,ict_norm,ic_ali,ic_asalud,ic_cv,ic_rezedu,ic_sbv,ic_segsoc,niv_ed,tam_loc,factor_hog'
const row = (i: number) => `1,01${String(i).padStart(8, '0')},1,9.${i},0,1,0,1,0,1,2,1,201`

function survey(name: string, rows: readonly string[]): string {
  const path = join(folder, name)
  writeFileSync(path, `${HEADER}\n${rows.join('\n')}\n`)
  return path
}

/** A real process of the command, on the test's database. */
function socleImport(file: string, ...more: string[]) {
  const args = [
    'import',
    'households',
    '--country',
    'mx',
    '--map',
    join(root, 'packs/mx/import.yaml'),
    '--households',
    file,
  ]
  const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...args, ...more], {
    env: {
      DATABASE_URL: urls.owner,
      DATABASE_WORKER_URL: urls.worker,
      DATABASE_APP_URL: urls.app,
      SOCLE_DATA: folder,
    },
  })
  let out = ''
  let err = ''
  child.stdout.on('data', piece => {
    out += piece
  })
  child.stderr.on('data', piece => {
    err += piece
  })
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal, out, err }))
  return { child, ended }
}

type State = { staged: number | null; households: number; declarations: number; finished: boolean }

async function state(): Promise<State> {
  return transaction(worker, workerActor('test'), async tx => {
    const { rows } = await sql<State>`
      select staged, finished_at is not null as finished,
        (select count(*)::int from households.household) as households,
        (select count(*)::int from households.declaration) as declarations
      from (select 1) as one left join lateral (
        select * from households.import_job order by started_at desc limit 1
      ) as job on true`.execute(tx)
    return rows[0]!
  })
}

test('killed with kill -9 while it reads and while it registers, the import ends exact', async () => {
  const total = 12_000
  const file = survey(
    'survey.csv',
    Array.from({ length: total }, (_, i) => row(i)),
  )
  const moments: ((now: State) => boolean)[] = [
    now => now.staged === null && now.households === 0,
    now => now.households > 0,
    now => now.households > 5000,
  ]
  for (const reached of moments) {
    const { child, ended } = socleImport(file)
    await once(child.stderr, 'data')
    while (child.exitCode === null && !reached(await state()));
    child.kill('SIGKILL')
    assert.equal((await ended).signal, 'SIGKILL')
    const { households, finished } = await state()
    assert.ok(!finished && households < total, `${households} when killed`)
  }
  const { code, out, err } = await socleImport(file).ended
  assert.equal(code, 0, err)
  assert.match(err, /Going on where an earlier call stopped/)
  assert.match(out, /^12.000 households are in the register: 12.000 new/)
  const end = await state()
  assert.deepEqual([end.households, end.declarations, end.finished], [total, total, true])
  const again = await socleImport(file).ended
  assert.match(again.out, /0 new, 0 changed, 12.000 unchanged/)
  assert.deepEqual([(await state()).households, (await state()).declarations], [total, total])
})

test('two processes that import the same file at once bring each household in once, and leave nothing behind', async () => {
  const total = 9000
  const file = survey(
    'twice.csv',
    Array.from({ length: total }, (_, i) => row(i + 50_000)),
  )
  const before = (await state()).households
  const both = await Promise.all([socleImport(file).ended, socleImport(file).ended])
  for (const { code, out, err } of both) {
    assert.ok(code === 0 ? out.includes('households are in the register') : /Stopped: another process/.test(err), err)
  }
  assert.equal((await state()).households, before + total)
  const left = await transaction(worker, workerActor('test'), tx =>
    sql<{ count: number }>`select count(*)::int as count from households.import_household`.execute(tx),
  )
  assert.deepEqual(left.rows, [{ count: 0 }])
})

test('stopped politely it says so, and the same call goes on', async () => {
  const file = survey(
    'polite.csv',
    Array.from({ length: 12_000 }, (_, i) => row(i + 20_000)),
  )
  const before = (await state()).households
  const { child, ended } = socleImport(file)
  while (child.exitCode === null && (await state()).households === before);
  child.kill('SIGTERM')
  const first = await ended
  assert.equal(first.code, 1)
  assert.match(first.err, /Stopped. The same call goes on from here./)
  assert.equal((await socleImport(file).ended).code, 0)
  assert.equal((await state()).households, before + 12_000)
})

test('rows that do not go in are written beside the data, and the exit code says that there are some', async () => {
  const good = row(90_000)
  const file = survey('mixed.csv', [
    good,
    row(90_001).replace(',9.90001,', ',=1+1,'),
    row(90_002).replace(',2,1,201', ',7,1,201'),
  ])
  const { code, out, err } = await socleImport(file).ended
  assert.equal(code, 1, err)
  const path = join(folder, 'rejects', 'mixed-rejects.csv')
  assert.ok(out.includes(path), out)
  assert.deepEqual(readFileSync(path, 'utf8').split('\r\n'), [
    '\ufefffile,row,source_id,column,value,accepted',
    `households,3,1-0100090001-1,ict_norm,"'=1+1","a number, such as 12.5"`,
    'households,4,1-0100090002-1,niv_ed,7,"one of 0, 1, 2"',
    '',
  ])
  assert.equal((await socleImport(survey('mixed.csv', [good])).ended).code, 0)
  assert.ok(!existsSync(path), 'an import without rejects leaves no old file of rejects')
})

test('rejects that cannot be written are a sentence, and nothing of the file goes in', async () => {
  const file = survey('unwritable.csv', [row(80_000), row(80_001).replace(',2,1,201', ',7,1,201')])
  const before = (await state()).households
  const { code, err } = await socleImport(file, '--rejects', join(file, 'rejects.csv')).ended
  assert.equal(code, 2, err)
  assert.match(err, /the rejects cannot be written \(.*in a folder where you may write/)
  assert.equal((await state()).households, before)
})

test('the same file by two processes at once goes in once, and neither ends in a stack', async () => {
  const file = survey(
    'twice.csv',
    Array.from({ length: 8000 }, (_, i) => row(i + 40_000)),
  )
  const before = (await state()).households
  const both = await Promise.all([socleImport(file).ended, socleImport(file).ended])
  assert.ok(both.some(({ code }) => code === 0))
  for (const { code, err } of both) assert.ok(code === 0 || /Stopped: another process/.test(err), err)
  assert.equal((await state()).households, before + 8000)
})

test('an unknown column is named, with those that are accepted', async () => {
  const path = join(folder, 'unknown.csv')
  writeFileSync(path, `${HEADER},color\n${row(1)},red\n`)
  const { code, err } = await socleImport(path).ended
  assert.equal(code, 2)
  assert.match(err, /unknown\.csv: column color is unknown; accepted: source_id, .*food_deprived/)
})

const MAP = ['--map', join(root, 'packs/mx/import.yaml')]
const MX = ['--country', 'mx', '--households']
const mistakes: { name: string; args: () => string[]; says: RegExp }[] = [
  { name: 'nothing to import', args: () => ['--country', 'mx'], says: /say what to import/ },
  { name: 'no country', args: () => ['households'], says: /--country is missing/ },
  {
    name: 'an unknown country',
    args: () => ['households', '--country', 'zz'],
    says: /no country zz; there are: .*mx/,
  },
  { name: 'no such file', args: () => ['households', ...MX, join(folder, 'none.csv')], says: /there is no file/ },
  {
    name: 'a mapping that is none',
    args: () => ['households', ...MX, survey('m.csv', [row(1)]), '--map', survey('map.yaml', [])],
    says: /is not a mapping/,
  },
  {
    name: 'a day that is none',
    args: () => ['households', ...MX, survey('d.csv', [row(1)]), '--effective-on', '2014-02-30'],
    says: /YYYY-MM-DD, not 2014-02-30/,
  },
  {
    name: 'a folder for a file',
    args: () => ['households', ...MX, folder],
    says: /is not a file/,
  },
  {
    name: 'a folder for a mapping',
    args: () => ['households', ...MX, survey('f.csv', [row(1)]), '--map', folder],
    says: /there is no file/,
  },
  {
    name: 'rejects over the file that is imported',
    args: () => ['households', ...MX, survey('o.csv', [row(1)]), '--rejects', survey('o.csv', [row(1)]), ...MAP],
    says: /o\.csv is one of those to import/,
  },
  {
    name: 'rejects into a folder',
    args: () => ['households', ...MX, survey('r.csv', [row(1)]), '--rejects', folder],
    says: /name of a file/,
  },
]
const silent: Io = {
  stdin: Readable.from([]),
  out: () => {},
  err: () => {},
  interactive: false,
  signal: new AbortController().signal,
  flush: async () => {},
}
for (const { name, args, says } of mistakes) {
  test(`a call that cannot be carried out is a sentence: ${name}`, async () => {
    await assert.rejects(command.run(args(), silent), error => error instanceof UsageError && says.test(error.message))
  })
}
