import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { crc32, deflateRawSync } from 'node:zlib'
import { readSpreadsheet } from './spreadsheet.ts'
import { openTable } from './table.ts'
import { TableError } from './table-error.ts'
import { unfoldedBytes } from './zip-size.ts'

const folder = mkdtempSync(join(tmpdir(), 'socle table é '))
after(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

async function rowsOf(path: string): Promise<{ header: readonly string[]; rows: (readonly [number, ...string[]])[] }> {
  const table = await openTable(path)
  const rows: [number, ...string[]][] = []
  for await (const some of table.rows()) for (const { number, cells } of some) rows.push([number, ...cells])
  return { header: table.header, rows }
}

const texts: { name: string; bytes: Uint8Array; format: object }[] = [
  {
    name: 'UTF-8, commas',
    bytes: Buffer.from('id,nom\n1,Méryem\n2,"a,""b"""\n'),
    format: { encoding: 'utf-8', separator: ',' },
  },
  {
    name: 'UTF-8 with a mark, semicolons, lines of Windows',
    bytes: Buffer.from('\ufeffid;nom\r\n1;Méryem\r\n2;"a,""b"""\r\n'),
    format: { encoding: 'utf-8', separator: ';' },
  },
  {
    name: 'Windows-1252, tabulators, no last line end',
    bytes: Buffer.from('id\tnom\n1\tM\u00e9ryem\n2\t"a,""b"""', 'latin1'),
    format: { encoding: 'windows-1252', separator: '\t' },
  },
  {
    name: 'UTF-16 as Excel writes it',
    bytes: Buffer.from('\ufeffid\tnom\r\n1\tMéryem\r\n2\t"a,""b"""\r\n', 'utf16le'),
    format: { encoding: 'utf-16le', separator: '\t' },
  },
]
for (const { name, bytes, format } of texts) {
  test(`a text file is read as it was written: ${name}`, async () => {
    const path = file('t.csv', bytes)
    assert.deepEqual((await openTable(path)).format, format)
    assert.deepEqual(await rowsOf(path), {
      header: ['id', 'nom'],
      rows: [
        [2, '1', 'Méryem'],
        [3, '2', 'a,"b"'],
      ],
    })
  })
}

test('line ends of Windows, of Unix and of an old Macintosh may stand in one file', async () => {
  const { header, rows } = await rowsOf(file('ends.csv', 'id,nom\r1,a\r\n2,b\n3,"c"\r4,d'))
  assert.deepEqual(header, ['id', 'nom'])
  assert.deepEqual(
    rows.map(([, ...cells]) => cells.join(',')),
    ['1,a', '2,b', '3,c', '4,d'],
  )
  // A line end may be cut where the pieces of a large file are cut.
  const line = `1,${'x'.repeat(4093)}\r\n`
  const large = await rowsOf(file('cut.csv', `id,x,\r\n${line.repeat(300)}`))
  assert.deepEqual(
    large.rows.map(([number]) => number),
    Array.from({ length: 300 }, (_, i) => i + 2),
  )
})

test('rows are numbered as a spreadsheet does, empty ones counted and left out', async () => {
  const { rows } = await rowsOf(file('empty.csv', 'id,x\n\n1,a\n,\n\n2,b\n,,,\n'))
  assert.deepEqual(rows, [
    [3, '1', 'a'],
    [6, '2', 'b'],
  ])
})

test('a long file arrives whole, whatever the pieces it is read in', async () => {
  const many = Array.from({ length: 40_000 }, (_, i) => `${i},é${'x'.repeat(i % 50)}`)
  const { rows } = await rowsOf(file('long.csv', `id,x\n${many.join('\n')}\n`))
  assert.equal(rows.length, 40_000)
  assert.deepEqual(
    rows.map(([, ...cells]) => cells.join(',')),
    many,
  )
})

const bad: { name: string; bytes: string | Uint8Array; says: RegExp }[] = [
  { name: 'empty', bytes: '', says: /is empty/ },
  { name: 'only empty lines', bytes: '\n\n', says: /no header/ },
  { name: 'binary', bytes: Buffer.from('id,x\u0000\n1,2\n'), says: /bad.*zero bytes/ },
  {
    name: 'neither UTF-8 nor Windows-1252 throughout',
    bytes: Buffer.concat([Buffer.from('id,nom\n1,Zoé\n2,سلوى\n'), Buffer.from('3,Amélie\n', 'latin1')]),
    says: /bad.* is UTF-8 for the most part and not throughout/,
  },
  { name: 'one endless line', bytes: 'x'.repeat(1_100_000), says: /bad.*no line end/ },
  { name: 'a quote never closed', bytes: 'id,x\n1,"a\n2,b\n', says: /after row 1: a quote is opened and not closed/ },
  { name: 'a damaged archive', bytes: Buffer.from('PK\u0003\u0004 nothing more'), says: /Excel workbook/ },
]
for (const { name, bytes, says } of bad) {
  test(`a file that is no table is refused in a sentence: ${name}`, async () => {
    await assert.rejects(rowsOf(file('bad.csv', bytes)), says)
  })
}

/** A ZIP archive of deflated entries. */
function zip(entries: Record<string, string>): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const [name, text] of Object.entries(entries)) {
    const packed = deflateRawSync(text)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(crc32(text), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(Buffer.byteLength(text), 18)
    fields.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, Buffer.from(name), packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(at, 10)
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\0'), fields, rest, Buffer.from(name)]))
    parts.push(local)
    at += local.length
  }
  const end = Buffer.alloc(18)
  end.writeUInt16LE(parts.length, 4)
  end.writeUInt16LE(parts.length, 6)
  end.writeUInt32LE(Buffer.concat(directory).length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...parts, ...directory, Buffer.from('PK\u0005\u0006'), end])
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

function workbook(rows: string): Buffer {
  return zip({
    '[Content_Types].xml':
      '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    '_rels/.rels': `<?xml version="1.0"?><Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<?xml version="1.0"?><workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<?xml version="1.0"?><Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<?xml version="1.0"?><styleSheet xmlns="${MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<?xml version="1.0"?><worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData></worksheet>`,
  })
}

const text = (at: string, value: string) => `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`

test('a workbook gives text as written: numbers with their digits, days, yes and no, and holes', async () => {
  const header = `<row r="1">${text('A1', 'id')}${text('B1', 'amount')}${text('C1', 'day')}${text('D1', 'yes')}</row>`
  const row = `<row r="2">${text('A2', '007')}<c r="B2"><v>1250.10</v></c><c r="C2" s="1"><v>30746</v></c><c r="D2" t="b"><v>1</v></c></row>`
  const holes = `<row r="3">${text('A3', 'h3')}<c r="D3" t="b"><v>0</v></c></row>`
  const path = file('book.xlsx', workbook(header + row + holes))
  const read = await rowsOf(path)
  assert.deepEqual(read.header, ['id', 'amount', 'day', 'yes'])
  assert.deepEqual(read.rows[0], [2, '007', '1250.10', '1984-03-05', 'true'])
  assert.deepEqual(read.rows[1], [3, 'h3', '', '', 'false'])
})

test('an archive that unfolds beyond the limit is refused before it is unfolded in memory', async () => {
  const rows = `<row r="1">${text('A1', 'id')}</row>`
  const path = file('bomb.xlsx', workbook(rows + ' '.repeat(5_000_000)))
  assert.equal(await unfoldedBytes(path, 1_000_000), undefined)
  await assert.rejects(readSpreadsheet(path, 1_000_000), /unfolds into more than 1 MB.*save it as CSV/)
  assert.ok((await unfoldedBytes(path, 6_000_000))! > 5_000_000)
})

test('cells that stand far apart are refused before they fill the memory, empty ones are not', async () => {
  const row = (number: number, cells: string) => `<row r="${number}">${cells}</row>`
  const far = row(1, text('A1', 'id')) + row(1_048_576, '<c r="XFD1048576"><v>1</v></c>')
  await assert.rejects(
    rowsOf(file('far.xlsx', workbook(far))),
    /far\.xlsx reaches to row 1048576 and column 16384, too far.*save it as CSV/,
  )
  const styled = row(1, text('A1', 'id')) + row(2, `${text('A2', '1')}<c r="XFD2" s="1"/>`)
  assert.deepEqual((await rowsOf(file('styled.xlsx', workbook(styled)))).rows, [[2, '1']])
})

test('a day that no calendar has is shown as a spreadsheet shows it, for the check of its column to refuse', async () => {
  const rows = `<row r="1">${text('A1', 'day')}${text('B1', 'x')}</row><row r="2"><c r="A2" s="1"><v>99999999999</v></c>${text('B2', 'y')}</row>`
  assert.deepEqual((await rowsOf(file('days.xlsx', workbook(rows)))).rows, [[2, '########', 'y']])
})

test('a folder is no table', async () => {
  await assert.rejects(openTable(folder), TableError)
})
