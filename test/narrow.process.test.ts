// Every page on the smallest telephone: nothing makes a reader scroll sideways, neither the page nor a table in it
// (WCAG 1.4.10, 320 CSS pixels), in a language written from the left and in one from the right.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { transaction, workerActor } from '#db'
import { openPage } from './browser.ts'
import { type Example, pages } from './walk/declared.ts'
import { type Person, serveWorld } from './world.ts'

const everything: Person = {
  name: 'Salma Guichet',
  email: 'salma@narrow.example',
  territory: '',
  roles: [
    'territory_supervisor',
    'paying_agent',
    'programme_manager',
    'payment_preparer',
    'payment_approver',
    'auditor',
    'policy_officer',
  ],
}
const world = await serveWorld(60, [everything])
const cookies = await world.cookiesOf(everything)
const { rows: examples } = await transaction(world.databases.worker, workerActor('narrow'), tx =>
  sql<Example>`
    select h.id as household, i.payee_id as person, i.payee_id as relative, d.run_id as run, r.reference, r.id as "paymentRun",
      i.payee_name as name
    from payments.instruction i join payments.run r on r.id = i.run_id
      join households.membership m on m.person_id = i.payee_id and m.ended_at is null
      join households.household h on h.id = m.household_id
      join programmes.determination d on d.household_id = h.id
    order by h.id limit 1`.execute(tx),
)
const [example] = examples
assert.ok(example)

/** Addresses of one page differ by what they are about. */
const shapeOf = (address: string) =>
  address
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '*')
    .replaceAll(/[^/?&=]*\d[^/?&=]*/g, '*')
    .replaceAll(/(q|subject|action|territory|region)=[^&]*/g, '$1=*')
const files = /\.(csv|json|pdf|xlsx|xml|html|tar|zip)(\?|$)|sign-out|\/file$/

/** What is wider than the window, or than the frame it scrolls in, as tag and class with the pixels too many. */
const wider = (page: Page) =>
  page.evaluate(`(() => {
    const root = document.documentElement
    const found = root.scrollWidth > root.clientWidth ? ['the page +' + (root.scrollWidth - root.clientWidth)] : []
    for (const each of document.querySelectorAll('main :not(pre, code, textarea, input, select, svg, svg *)')) {
      const turns = ['auto', 'scroll'].includes(getComputedStyle(each).overflowX)
      const over = each.scrollWidth - each.clientWidth
      if (turns && over > 1) found.push(each.tagName.toLowerCase() + '.' + each.className + ' +' + over)
    }
    return found
  })()`) as Promise<string[]>

for (const language of ['fr', 'ar'] as const) {
  test(`no page makes a reader scroll sideways at 320 pixels (${language})`, async t => {
    const page = await openPage(t, {
      url: `${world.url}/`,
      width: 320,
      height: 640,
      cookies: { ...cookies, 'socle-language': language },
    })
    const asked = Object.values(pages).flatMap(each => each.at(example))
    const seen = new Set<string>()
    const faults: string[] = []
    for (let address = asked.shift(); address !== undefined; address = asked.shift()) {
      if (files.test(address) || seen.has(shapeOf(address))) continue
      seen.add(shapeOf(address))
      const answer = await page.goto(world.url + address, { waitUntil: 'domcontentloaded' })
      if (!answer?.headers()['content-type']?.startsWith('text/html')) continue
      faults.push(...(await wider(page)).map(what => `${address}: ${what}`))
      const led = (await page.evaluate(
        `[...document.links].filter(a => a.origin === location.origin && !a.download).map(a => a.pathname + a.search)`,
      )) as string[]
      asked.push(...led)
    }
    assert.ok(seen.size > 100, `only ${seen.size} pages were found`)
    assert.deepEqual(faults, [])
  })
}
