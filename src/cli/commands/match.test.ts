import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Generated, personRecords } from '../../../test/matching/person-records.ts'
import { type Io, UsageError } from '../command.ts'
import { command } from './match.ts'

const folder = mkdtempSync(join(tmpdir(), 'socle match é '))
after(() => rmSync(folder, { recursive: true }))

async function run(...args: string[]) {
  let out = ''
  let err = ''
  const io: Io = {
    stdin: (async function* () {})(),
    out: text => {
      out += text
    },
    err: text => {
      err += text
    },
    interactive: false,
    signal: new AbortController().signal,
    flush: async () => {},
  }
  const code = await command.run(args, io)
  return { code, out, err }
}

function file(name: string, { header, rows }: Pick<Generated, 'header' | 'rows'>, separator = ', '): string {
  const path = join(folder, name)
  writeFileSync(path, `${[header, ...rows].map(row => row.join(separator)).join('\n')}\n`)
  return path
}

const generated = personRecords({
  seed: 21,
  originals: 300,
  most: 1,
  share: 1,
  modified: { perField: 2, perRecord: 4 },
})
const { header, rows } = generated
const originals = file('a.csv', { header, rows: rows.filter(row => row[0]!.endsWith('org')) })
const copies = file('b.csv', { header, rows: rows.filter(row => !row[0]!.endsWith('org')) })
const whole = file('whole.csv', generated, ';')
const truth = ['--truth', 'rec_id~rec-(\\d+)']

test('two files are linked, the pairs written and the measure printed', async () => {
  const out = join(folder, 'pairs.csv')
  const { code, out: said } = await run(originals, copies, ...truth, '--out', out)
  assert.equal(code, 0)
  assert.match(said, /one to one/)
  assert.match(said, /automatic threshold .* F1 (1\.0000|0\.99\d\d)/)
  const [first, ...lines] = readFileSync(out, 'utf8').trim().split('\n')
  assert.equal(first, 'left,right,score,zone,weight')
  assert.ok(lines.length >= 295)
  assert.match(lines[0]!, /^rec-\d+-org,rec-\d+-dup-0,(1\.000000|0\.\d{6}),same,\d+\.\d\d$/)
  assert.ok(lines.every(line => /,(same|to_settle),/.test(line)))
})

test('the columns may be named with kinds, and another name in the second file', async () => {
  const renamed = file('c.csv', {
    header: header.map(name => (name === 'given_name' ? 'prenom' : name)),
    rows: rows.filter(row => !row[0]!.endsWith('org')),
  })
  const columns = 'given_name=prenom,surname:name,dob=date_of_birth:date,soc_sec_id:document'
  const { err, out } = await run(originals, renamed, '--columns', columns)
  assert.match(
    err,
    /given_name \(given_name\), surname \(surname\), date_of_birth \(birth_date\), soc_sec_id \(document\)/,
  )
  assert.match(out, /^left,right,score,zone,weight\nrec-/)
})

test('one file is sorted into persons; the model is kept, and used again gives the same pairs', async () => {
  const model = join(folder, 'model.json')
  const first = await run(whole, ...truth, '--model', model)
  assert.ok(existsSync(model))
  assert.match(first.err, /records grouped by person/)
  const again = await run(whole, ...truth, '--model', model)
  const same = (text: string) => text.split('\n').filter(line => line.includes(',same,')).length
  assert.equal(same(again.out), same(first.out))
})

const wrong: { name: string; args: string[]; says: RegExp }[] = [
  { name: 'no file', args: [], says: /name one file, or two/ },
  { name: 'a file that is not there', args: ['nowhere.csv'], says: /there is no file nowhere\.csv/ },
  { name: 'an unknown column', args: [whole, '--columns', 'height'], says: /has no column height; it has: rec_id/ },
  {
    name: 'an unknown kind',
    args: [whole, '--columns', 'surname:colour'],
    says: /colour is no kind; accepted: given_name/,
  },
  { name: 'a column twice', args: [whole, '--columns', 'surname,surname'], says: /names surname twice/ },
  { name: 'a truth that says nothing', args: [whole, '--truth', 'rec_id'], says: /nobody is twice; a pattern/ },
  { name: 'a pattern that is none', args: [whole, '--truth', 'rec_id~('], says: /--truth rec_id~\(/ },
  { name: 'a threshold that is no probability', args: [whole, '--threshold', '2'], says: /between 0 and 1/ },
  { name: 'an output over the input', args: [whole, '--out', whole], says: /one of those to match/ },
  { name: 'a model that is none', args: [whole, '--model', copies], says: /one of those|no model of socle match/ },
]
for (const { name, args, says } of wrong) {
  test(`refused in a sentence: ${name}`, async () => {
    await assert.rejects(run(...args), error => error instanceof UsageError && says.test(error.message))
  })
}

test('a row that does not fit, and an id that stands twice, are told by their row', async () => {
  const ragged = file(
    'ragged.csv',
    {
      header: ['id', 'nom'],
      rows: [
        ['1', 'Tazi'],
        ['2', 'Fassi', 'x'],
      ],
    },
    ',',
  )
  await assert.rejects(run(ragged), /ragged\.csv, row 3: 3 cells, where the header has 2/)
  const twice = file(
    'twice.csv',
    {
      header: ['id', 'nom'],
      rows: [
        ['1', 'Tazi'],
        ['1', 'Fassi'],
      ],
    },
    ',',
  )
  await assert.rejects(run(twice, '--id', 'id'), /twice\.csv, row 3: id 1 stands in row 2 already/)
})
