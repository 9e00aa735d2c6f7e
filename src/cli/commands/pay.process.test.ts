import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { testDatabase } from '../../../test/database.ts'
import { type Io, UsageError } from '../command.ts'
import { command } from './pay.ts'

const { urls } = await testDatabase()
const data = mkdtempSync(join(tmpdir(), 'socle pay é '))
after(() => rmSync(data, { recursive: true, force: true }))

function socle(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise(resolve => {
    const env = { SOCLE_DATA: data, DATABASE_URL: urls.owner }
    execFile(process.execPath, ['src/cli/main.ts', ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

for (const [name, args, says] of [
  ['what is missing is named with an example', ['prepare', '--programme', 'ma/asd'], /--month is missing; for example/],
  [
    'a programme that collects pays nobody',
    ['prepare', '--programme', 'ma/amo-achamil'],
    /pays nobody; of ma, these do:.* ma\/asd/,
  ],
  [
    'a month is a month',
    ['prepare', '--programme', 'ma/asd', '--month', '2026-13'],
    /takes a month such as 2026-12, not 2026-13/,
  ],
  ['an approval names who approves', ['approve', '7K3F9Q2M4A'], /--as is missing/],
  [
    'a verb that is not there is answered with those that are',
    ['bribe'],
    /pay takes budget, prepare, approve.*, not bribe/,
  ],
] as const) {
  test(`socle pay: ${name}`, async () => {
    const io = { interactive: false } as Io
    await assert.rejects(
      command.run(args, io),
      (error: Error) => error instanceof UsageError && says.test(error.message),
    )
  })
}

test('a month is paid from the command line, and each mistake is a sentence', async () => {
  assert.equal((await socle('demo', '--households', '60')).code, 0)
  assert.equal((await socle('determine', '--programme', 'ma/asd', '--month', '2027-01')).code, 0)

  const envelope = ['pay', 'budget', 'open', 'ASD-2027', '--funder', 'State', '--label', 'Direct social assistance']
  assert.match(
    (await socle(...envelope, '--amount', '1.005')).err,
    /--amount takes an amount of MAD such as 25000.00, not 1.005/,
  )
  assert.match((await socle(...envelope, '--amount', '9'.repeat(26))).err, /--amount takes at most .* MAD/)
  assert.match((await socle(...envelope, '--amount', '100.00')).out, /budget +100.00 MAD/)
  assert.match((await socle(...envelope, '--amount', '100.00')).err, /is open; add to it with socle pay budget add/)

  const prepare = ['pay', 'prepare', '--programme', 'ma/asd', '--month', '2027-01', '--budget-line', 'ASD-2027']
  const prepared = await socle(...prepare, '--as', 'Amina Finance')
  const run = /^Run ([0-9A-Z]{10}):/.exec(prepared.out)?.[1] ?? ''
  assert.match(prepared.out, /instructions, .* MAD/)
  assert.match((await socle(...prepare)).err, new RegExp(`nothing is left to pay of .* in run ${run} \\(drafted\\)`))

  const approve = (name: string) => socle('pay', 'approve', run, '--as', name)
  assert.match(
    (await approve('amina finance')).err,
    /Amina Finance may not: payment_run.approve is granted by the roles payment_approver/,
  )
  assert.match((await approve('Nobody')).err, /no member of staff Nobody; there are: Amina Finance, Driss Contrôle/)
  assert.match((await approve('driss controle')).err, /does not cover the run: .* asked, 100.00 MAD free, .* missing/)
  assert.equal((await socle('pay', 'budget', 'add', 'ASD-2027', '--amount', '1000000.00')).code, 0)
  assert.equal((await approve('driss controle')).code, 0)

  for (const [out, says] of [
    [data, /--out takes the name of a file; .* is something else/],
    [join(data, 'none', 'x.xml'), /the payment file cannot be written \(ENOENT.*in a folder where you may write/],
  ] as const) {
    const { code, err } = await socle('pay', 'file', run, '--out', out)
    assert.equal(code, 2)
    assert.match(err, says)
  }
  assert.ok(statSync(data).isDirectory())

  const path = join(data, 'ordre.xml')
  const file = () => socle('pay', 'file', run, '--out', path, '--on', '2027-01-28')
  const made = await file()
  const bytes = readFileSync(path, 'utf8')
  assert.match(bytes, new RegExp(`^<\\?xml.*<MsgId>${run}</MsgId>.*</Document>\n$`, 's'))
  assert.equal(statSync(path).mode & 0o077, 0, 'nobody else reads it')
  assert.equal((await file()).out, made.out)
  assert.equal(readFileSync(path, 'utf8'), bytes)

  assert.equal((await socle('pay', 'sent', run)).code, 0)
  assert.match((await socle('pay', 'show', run)).out, /drafted .* by Amina Finance\n.*approved .* by Driss Contrôle/)
  assert.match((await socle('pay', 'list')).out, new RegExp(`${run} +sent`))
  assert.match(
    (await socle('pay', 'cancel', run, '--why', 'too late')).err,
    /is sent; this needs a run that is drafted or approved/,
  )
})
