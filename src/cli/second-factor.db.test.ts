import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type StaffActor, transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { openSignIn, registerStaff, type SignIn, type StaffId } from '#security'
import { testDatabase } from '../../test/database.ts'
import type { Io } from './command.ts'
import { askSecondFactor } from './second-factor.ts'

const doors: SignIn[] = []
after(() => Promise.all(doors.map(each => each.close())))
const { app, owner, urls } = await testDatabase()
const secret = 's'.repeat(40)
const door = openSignIn({ appUrl: urls.app, app, secret, secure: false })
doors.push(door)
const password = 'a long enough password'

/** What an authenticator shows now (RFC 6238, RFC 4648). */
function totpOf(text: string): string {
  const bits = [...text]
    .map(letter => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  const key = Uint8Array.from(bits.match(/.{8}/g) ?? [], byte => Number.parseInt(byte, 2))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const mac = createHmac('sha1', key).update(counter).digest()
  const number = mac.readUInt32BE(mac.readUInt8(mac.length - 1) & 0xf) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

const io = (answers?: readonly string[]): Io => {
  const left = [...(answers ?? [])]
  return {
    stdin: (async function* () {
      yield '000000\n'
    })(),
    out: () => {},
    err: () => {},
    interactive: false,
    signal: new AbortController().signal,
    flush: async () => {},
    ...(answers && { ask: async () => left.shift() }),
  }
}

async function person(email: string, enrols: boolean): Promise<{ by: StaffActor; recovery: readonly string[] }> {
  const staff = { id: newId<'staff'>() as StaffId, name: `Agent ${email}` }
  await transaction(owner, workerActor('test'), tx => registerStaff(tx, staff))
  await door.openAccount({ ...staff, email, password })
  const by: StaffActor = { kind: 'staff', staffId: staff.id, name: staff.name, territories: [''] }
  if (!enrols) return { by, recovery: [] }
  const opened = await door.signIn(new Headers(), { email, password })
  assert.ok(opened.ok)
  const cookie = opened.value.cookies.map(one => one.split(';')[0]).join('; ')
  const self = (await door.of(new Headers({ cookie })))!
  await door.account.beginSecondFactor(self)
  const begun = await door.account.secondFactor(self)
  assert.ok(begun.state === 'begun')
  const confirmed = await door.account.confirmSecondFactor(self, { code: totpOf(begun.secret), password })
  assert.ok(confirmed.ok)
  return { by, recovery: confirmed.value.recoveryCodes }
}

test('who set up no authenticator is asked for nothing', async () => {
  const { by } = await person('none@socle.test', false)
  await askSecondFactor(app, secret, by, { file: undefined, io: io() })
})

test('without a terminal and without a file the call is refused, whatever is piped in', async () => {
  const { by } = await person('pipe@socle.test', true)
  await assert.rejects(askSecondFactor(app, secret, by, { file: undefined, io: io() }), /--code-file/)
})

test('a wrong code does nothing; a right one passes, from the terminal or a file, once', async () => {
  const { by, recovery } = await person('code@socle.test', true)
  const at = (typed: string) => askSecondFactor(app, secret, by, { file: undefined, io: io([typed]) })
  await assert.rejects(at('123'), /nothing was done/)
  await at(recovery[0]!)
  await assert.rejects(at(recovery[0]!), /nothing was done/)
  const file = join(mkdtempSync(join(tmpdir(), 'socle-code-')), 'code')
  writeFileSync(file, `${recovery[1]}\n`)
  await askSecondFactor(app, secret, by, { file, io: io() })
  await assert.rejects(askSecondFactor(app, secret, by, { file: `${file}.none`, io: io() }), /cannot be read/)
})
