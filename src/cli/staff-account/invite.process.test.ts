import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openSignIn, type SignIn } from '#security'
import { testDatabase } from '../../../test/database.ts'

const doors: SignIn[] = []
after(() => Promise.all(doors.map(each => each.close())))
const { urls, app } = await testDatabase()
const data = mkdtempSync(join(tmpdir(), 'socle staff é '))
after(() => rmSync(data, { recursive: true, force: true }))
const door = openSignIn({ appUrl: urls.app, app, secret: 's'.repeat(40), secure: false })
doors.push(door)

function staff(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise(resolve => {
    const env = { SOCLE_DATA: data, DATABASE_URL: urls.owner, SOCLE_PUBLIC_URL: 'https://social.example/' }
    execFile(process.execPath, ['src/cli/main.ts', 'staff', ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

test('the first account of an installation: a link, a password chosen by its holder, and nothing before', async () => {
  assert.equal((await door.signIn(new Headers(), { email: 'amina@social.example', password: '' })).ok, false)
  const printed = await staff('invite', 'Amina@social.example', '--name', 'Amina Finance')
  assert.equal(printed.code, 0, printed.err)
  const token = /^https:\/\/social\.example\/console\/invitation\?token=([\w-]{43})$/m.exec(printed.out)?.[1]
  assert.ok(token, printed.out)
  assert.deepEqual(await door.invitation(token), { name: 'Amina Finance', email: 'amina@social.example' })
  assert.ok((await door.acceptInvitation(token, 'sept chats bleus')).ok)
  const opened = await door.signIn(new Headers(), { email: 'amina@social.example', password: 'sept chats bleus' })
  assert.ok(opened.ok)
  const reset = await staff('reset-second-factor', 'amina finance')
  assert.deepEqual(
    [reset.code, reset.out],
    [0, 'Amina Finance has no authenticator; open sessions have ended.\n'],
    reset.err,
  )
})

const wrong: readonly [args: string[], says: RegExp][] = [
  [['invite', 'amina', '--name', 'A'], /amina is no e-mail address/],
  [['invite', 'amina@social.example'], /--name is missing/],
  [['invite', 'a@b.example', '--name', 'A', '--hours', '0'], /--hours takes a whole number from 1 to 336/],
  [['invite', 'a@b.example', '--name', 'A', '--as', 'Nobody'], /there is no member of staff Nobody/],
]
for (const [args, says] of wrong) {
  test(`socle staff ${args.join(' ')} is refused in a sentence`, async () => {
    const { code, err } = await staff(...args)
    assert.equal(code, 2)
    assert.match(err, says)
  })
}
