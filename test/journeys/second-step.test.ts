import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { openSignIn, registerStaff, type SignIn } from '#security'
import { staffDoor } from '../../src/web/doors/staff.ts'
import { authenticator } from '../authenticator.ts'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { testDatabase } from '../database.ts'
import { exampleDoors } from '../example-doors.ts'
import { serveSite } from '../site.ts'

const doors: SignIn[] = []
after(() => Promise.all(doors.map(each => each.close())))
const databases = await testDatabase()
const signIn = openSignIn({
  appUrl: databases.urls.app,
  app: databases.app,
  secret: 'a secret of the journeys, long enough to sign',
  secure: false,
})
doors.push(signIn)
const person = { id: newId<'staff'>(), name: 'Salma Benjelloun' }
const [email, password] = ['salma@example.org', 'a password of the journeys']
await transaction(databases.worker, workerActor('test'), tx => registerStaff(tx, person))
await signIn.openAccount({ ...person, email, password })
const url = await serveSite(exampleDoors({ staff: staffDoor(signIn, openCountry('ma'), []) }))
const example = await serveSite(exampleDoors())

const views = [
  { name: 'fr-desk', cookies: { 'socle-language': 'fr' } },
  { name: 'ar-phone', cookies: { 'socle-language': 'ar' }, width: 320, height: 640 },
  { name: 'en-dark', cookies: { 'socle-language': 'en' }, dark: true },
] as const
const pages = [
  { path: '/console/sign-in/code', cookies: { waiting: '1' } },
  { path: '/console/account', cookies: { session: '1' } },
  { path: '/console/account/second-step', cookies: { session: '1' } },
  { path: '/console/account/password', cookies: { session: '1' } },
  { path: '/console/invitation?token=known', cookies: {} },
]
for (const { name, ...view } of views) {
  for (const { path, cookies } of pages) {
    test(`the pages of the second step can be used by everyone: ${path} (${name})`, async t => {
      const page = await openPage(t, { url: example + path, ...view, cookies: { ...view.cookies, ...cookies } })
      await screenshot(page, `${path.slice(1).replaceAll(/\W/g, '-')}-${name}`)
      assert.equal(await overflow(page), 0)
      assert.deepEqual(await axeComplaints(page), [])
    })
  }
}

test('an authenticator is set up and asked for at the next sign-in, without script; a recovery code replaces it once', async t => {
  const page = await openPage(t, { url: `${url}/console/account/second-step`, script: false })
  const submit = 'main button[type=submit]:not(.quiet):not([name=language]):not([name=scheme])'
  await page.fill('[name=email]', email)
  await page.fill('[name=password]', password)
  await page.click(submit)
  assert.equal(page.url(), `${url}/console/account/second-step`)
  await page.click(submit)
  const secret = ((await page.textContent('.secret')) ?? '').replaceAll(' ', '')
  await page.fill('[name=code]', authenticator(secret, 0))
  await page.fill('[name=password]', password)
  await page.click(submit)
  const codes = await page.locator('.recovery-codes code').allTextContents()
  assert.equal(codes.length, 10)
  await screenshot(page, 'recovery-codes')

  await page.click('aside form[action="/console/sign-out"] button')
  for (const code of [authenticator(secret, 1), codes[0]!]) {
    await page.goto(`${url}/console/account`)
    await page.fill('[name=email]', email)
    await page.fill('[name=password]', password)
    await page.click(submit)
    assert.equal(new URL(page.url()).pathname, '/console/sign-in/code')
    await page.goto(`${url}/console/search`)
    assert.equal(new URL(page.url()).pathname, '/console/sign-in', 'nothing is shown before the code')
    await page.goto(`${url}/console/sign-in/code?next=/console/account`)
    await page.fill('[name=code]', 'wrong1')
    await page.click(submit)
    assert.match((await page.textContent('[role=alert]')) ?? '', /ne convient pas/)
    await page.fill('[name=code]', code)
    await page.click(submit)
    assert.equal(page.url(), `${url}/console/account`)
    await page.click('aside form[action="/console/sign-out"] button')
  }
})
