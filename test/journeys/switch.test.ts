// Everybody who holds a card moved into a programme: previewed and proposed by one, approved by another with the second step, interrupted,
// gone on with, and taken back by two.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { startWorker, transaction, workerActor } from '#db'
import { parseId } from '#kernel'
import { findSwitch, runSwitch, type SwitchId, switchJob } from '#programmes'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { serveWorld } from '../world.ts'

const naima = {
  name: 'Naima Idrissi',
  email: 'naima@switch.example',
  territory: '',
  roles: ['programme_manager'],
} as const
const omar = {
  name: 'Omar Berrada',
  email: 'omar@switch.example',
  territory: '',
  roles: ['programme_manager'],
} as const
const salma = {
  name: 'Salma Oujda',
  email: 'salma@switch.example',
  territory: '02',
  roles: ['programme_manager'],
} as const
const { url, databases, country, cookiesOf } = await serveWorld(120, [naima, omar, salma])
const as = async (who: Parameters<typeof cookiesOf>[0], language: string) => ({
  ...(await cookiesOf(who)),
  'socle-language': language,
})
const asking = <Value>(work: Parameters<typeof transaction<Value>>[2]) =>
  transaction(databases.worker, workerActor('test'), work)
const textOf = async (page: Page, selector = 'main') =>
  ((await page.locator(selector).first().textContent()) ?? '').replaceAll(/\s/g, ' ')

async function seenWell(page: Page, name: string) {
  await screenshot(page, name)
  assert.equal(await overflow(page), 0, name)
  assert.deepEqual(await axeComplaints(page), [], name)
}

const factor = (at: 'null' | 'clock_timestamp()') =>
  transaction(databases.owner, workerActor('test'), tx =>
    sql`update security.staff_session set second_factor_at = ${sql.raw(at)}`.execute(tx),
  )

/** The workers carry it out, to its end. */
async function carriedOut(id: SwitchId) {
  const errors: Error[] = []
  const done = new AbortController()
  const finished = once(done.signal, 'abort')
  const job = {
    ...switchJob,
    async run(...given: Parameters<typeof switchJob.run>) {
      try {
        await switchJob.run(...given)
        if ((await asking(tx => findSwitch(tx, id)))?.finishedAt !== null) done.abort()
      } catch (error) {
        errors.push(error as Error)
        done.abort()
      }
    },
  }
  const worker = await startWorker(databases, { jobs: [job] as never, onError: error => errors.push(error) })
  await finished
  await worker.stop()
  assert.deepEqual(errors, [])
}

const idIn = (page: Page) => parseId(page.url().split('/').at(-1)!.split('?')[0]!) as string as SwitchId

async function approved(page: Page, address: string) {
  await page.goto(address)
  await page.locator('main button[value=approved]').click()
  await page.waitForURL(/\/console\/proposals$/)
}

const tomorrow = Temporal.Now.plainDateISO().add({ days: 1 }).toString()
const month = Temporal.Now.plainDateISO().toString().slice(0, 7)

const views = [
  { language: 'fr', width: 1280, dark: false, words: { day: /Un jour manque/, moves: /ménages sur \d+ couverts partiraient/, until: /Possible jusqu’au/, running: /lots sur/, told: /(\d+) familles? / } },
  { language: 'ar', width: 360, dark: true, words: { day: /يوم ناقص/, moves: /الأسر التي ستنتقل/, until: /ممكن إلى/, running: /دفعة/, told: /(\d+) أسرة? / } },
] as const // biome-ignore format: a table

for (const { language, width, dark, words } of views) {
  test(`everybody who holds a card is moved by two persons, and taken back by two (${language})`, async t => {
    const view = { script: false, width, dark }
    await factor('null')
    const page = await openPage(t, {
      url: `${url}/console/programmes`,
      cookies: await as(naima, language),
      ...view,
    })
    await page.locator('main a[href="/console/switches"]').click()
    await page.locator('main a[href="/console/switches/new"]').click()
    await page.selectOption('main [name=from]', 'fact:ramed_card_until')
    await page.selectOption('main [name=to]', 'ma/amo-tadamon')
    await page.fill('main [name=month]', month)
    await page.fill('main [name=until]', tomorrow)
    await page.fill('main [name=says]', 'Loi 27-22 : le RAMED prend fin.')
    await page.locator('main button[value=preview]').click()
    assert.match(await textOf(page, '[role=alert]'), words.day)
    assert.equal(await page.inputValue('main [name=from]'), 'fact:ramed_card_until')
    await page.fill('main [name=on]', '2022-11-30')
    await page.locator('main button[value=preview]').click()
    assert.match(await textOf(page, '#reach'), words.moves)
    assert.equal(await page.locator('#reach table').count(), 2)
    assert.equal(await page.locator('#reach blockquote').count(), 3)
    await seenWell(page, `switch-new-${language}`)
    await page.locator('main button[value=propose]').click()
    await page.waitForURL(/\/console\/proposals\/[0-9a-f-]+$/)
    assert.equal(await page.locator('main button[value=approved]').count(), 0)
    const proposal = page.url()
    const id = idIn(page)

    const other = await openPage(t, { url: proposal, cookies: await as(omar, language), ...view })
    await seenWell(other, `switch-proposal-${language}`)
    await other.locator('main button[value=approved]').click()
    await other.locator('[role=alert]').waitFor()
    await factor('clock_timestamp()')
    await other.goto(`${url}/console/switches`)
    await seenWell(other, `switches-waiting-${language}`)
    await approved(other, proposal)

    // Two ranges are done, and the process goes away.
    const stop = new AbortController()
    let ranges = 0
    const onRange = () => (++ranges === 2 ? stop.abort() : undefined)
    await assert.rejects(runSwitch(databases.worker, country, id, { size: 1, signal: stop.signal, onRange }))
    await page.goto(`${url}/console/switches/${id}`)
    assert.match(await textOf(page), words.running)
    assert.equal(await page.locator('main progress').getAttribute('value'), '2')
    assert.equal(await page.locator('main button[value=back]').count(), 0)
    await seenWell(page, `switch-running-${language}`)
    await page.fill('main [name=says]', 'La liste est à revoir.')
    await page.locator('main button[value=stop]').click()
    await page.locator('main [role=status]').waitFor()
    assert.equal(await page.locator('main button[value=stop]').count(), 0)
    assert.equal(await page.locator('main button[value=back]').count(), 1, 'from here it can be taken back')
    await seenWell(page, `switch-stopped-${language}`)
    await page.locator('main button[value=resume]').click()
    await page.waitForURL(/\?resumed$/)
    assert.equal(await page.locator('main [role=status]').count(), 1)
    await carriedOut(id)

    const moved = (await asking(tx => findSwitch(tx, id)))!
    assert.deepEqual(moved.counts, { enrolled: moved.households })
    assert.ok(moved.told > 0)
    await page.goto(`${url}/console/switches/${id}`)
    assert.match(await textOf(page), words.until)
    assert.equal(Number(words.told.exec(await textOf(page))?.[1]), moved.told)
    assert.equal(await page.locator('main button[value=resume]').count(), 0)
    await seenWell(page, `switch-done-${language}`)

    await page.fill('main [name=says]', 'La liste était fausse.')
    await page.locator('main button[value=back]').click()
    await page.waitForURL(/\/console\/proposals\/[0-9a-f-]+$/)
    const back = page.url()
    const reversal = idIn(page)
    await seenWell(page, `switch-back-proposal-${language}`)
    await page.goto(`${url}/console/switches/${id}`)
    assert.equal(await page.locator(`main a[href="/console/proposals/${reversal}"]`).count(), 1)
    await approved(other, back)
    await carriedOut(reversal)
    await other.goto(`${url}/console/switches/${id}`)
    await other.locator(`main a[href="/console/switches/${reversal}"]`).click()
    await other.waitForURL(`**/switches/${reversal}`)
    assert.deepEqual((await asking(tx => findSwitch(tx, reversal)))!.counts, { exited: moved.households })
    await seenWell(other, `switch-back-${language}`)
    await other.goto(`${url}/console/switches`)
    assert.ok((await other.locator('main tbody tr').count()) >= 2)
    await seenWell(other, `switches-${language}`)
  })
}

test('figures of the whole country are shown to nobody who answers for a part of it', async t => {
  const page = await openPage(t, { url: `${url}/console/switches`, cookies: await as(salma, 'en'), script: false })
  assert.match(await textOf(page), /answers for all of it/)
  assert.equal(await page.locator('main table').count(), 0)
  await page.goto(`${url}/console/switches/new`)
  assert.equal(await page.locator('main form').count(), 0)
  await seenWell(page, 'switches-part-en')
})
