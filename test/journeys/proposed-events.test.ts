// What the civil register tells, as those who record events live it: one seen on the first page, compared with the file, recorded;
// one set aside; one that was recorded by hand meanwhile. In French without script, and in Arabic on a telephone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { transaction, workerActor } from '#db'
import { type FeedRecord, registerHouseholds, takeFeed } from '#households'
import type { DateText, Id } from '#kernel'
import { numberEverybody } from '#population'
import { wellMade as checked, openPage, textOf } from '../browser.ts'
import { serveWorld } from '../world.ts'

const amina = { name: 'Amina Guichet', email: 'amina@civil.example', territory: '07', roles: ['desk_agent'] } as const
const brahim = {
  name: 'Brahim Ailleurs',
  email: 'brahim@civil.example',
  territory: '09',
  roles: ['desk_agent'],
} as const
const { url, databases, country, cookiesOf } = await serveWorld(5, [amina, brahim])
const { worker } = databases
const actor = workerActor('test')
const [here, elsewhere] = await Promise.all([cookiesOf(amina), cookiesOf(brahim)])
const LIST = `${url}/console/proposed-events`
const wellMade = (page: Page, name: string) => checked(page, `proposed-events-${name}`)

await transaction(worker, actor, tx =>
  registerHouseholds(
    tx,
    {
      country: 'ma',
      source: 'civil',
      channel: 'import',
      actor: 'test',
      effectiveOn: '2022-09-01' as DateText,
      modelled: false,
      head: country.catalogue.head,
    },
    ['C1', 'C2', 'C3'].map(sourceId => ({
      sourceId,
      territory: '07.351',
      facts: { territory: '07.351', area: 'rural' },
      members: [
        { sourceId: '1', givenName: 'Idir', familyName: `Ait ${sourceId}`, givenNameAr: 'إدير', familyNameAr: 'آيت علي', facts: { relation: 'head', sex: 'male', birth_date: '1980-01-01' } }, // biome-ignore format: one line each
        { sourceId: '2', givenName: 'Tuda', familyName: `Ait ${sourceId}`, givenNameAr: 'تودة', familyNameAr: 'آيت علي', facts: { relation: 'spouse', sex: 'female', birth_date: '1984-01-01', marital_status: 'married' } }, // biome-ignore format: one line each
      ],
    })),
  ),
)
await numberEverybody(worker, { country: 'ma', length: country.uniqueNumberLength })
const { rows: people } = await transaction(worker, actor, tx =>
  sql<{ household: Id<'Household'>; source: string; member: string; number: string }>`
    select h.id as household, h.source_id as source, m.source_id as member, n.number
    from households.household h join households.membership m on m.household_id = h.id
      join population.unique_number n on n.person_id = m.person_id where h.source = 'civil'`.execute(tx),
)
const who = (source: string, member: string) => people.find(each => each.source === source && each.member === member)!
const NO_CHILD = { child_given_name: '', child_given_name_ar: '', child_family_name: '', child_sex: '' }
const CHILD = {
  child_given_name: 'Sifaw',
  child_given_name_ar: 'سيفاو',
  child_family_name: 'Ait C1',
  child_sex: 'male',
}
const rows: readonly FeedRecord['cells'][] = [
  { unique_number: who('C1', '2').number, event: 'birth', effective_on: '2026-10-02', ...CHILD },
  { unique_number: who('C2', '1').number, event: 'death', effective_on: '2026-10-20', ...NO_CHILD },
  { unique_number: who('C3', '2').number, event: 'death', effective_on: '2026-10-21', ...NO_CHILD },
]
const taken = await takeFeed(
  worker,
  actor,
  {
    country,
    kind: 'civil',
    source: 'bec',
    header: Object.keys(rows[0]!),
    content: 'journey',
    channel: 'file',
    label: 'etat-civil-octobre.csv',
    askedBy: 'test',
    today: '2026-11-23' as DateText,
    decimalComma: false,
  },
  async function* () {
    yield rows.map((cells, at): FeedRecord => ({ row: at + 2, cells }))
  },
)
assert.ok(taken.ok && taken.value.recorded === 3, JSON.stringify(taken))

const answer = (page: Page, said: 'recorded' | 'known' | 'refused') =>
  page.locator(`button[name=answer][value=${said}]`).first()

test('an agent finds them on the first page, records a birth from the file of the household, and sets a death aside', async t => {
  const page = await openPage(t, { url: `${url}/console`, cookies: here, script: false })
  await page.locator('main a[href="/console/proposed-events"]').click()
  await page.waitForURL(LIST)
  assert.equal(await page.locator('article').count(), 3)
  await wellMade(page, 'fr')
  await page.goto(`${url}/console/households/${who('C1', '1').household}`)
  await page.locator(`main a[href="/console/proposed-events?household=${who('C1', '1').household}"]`).click()
  await page.waitForURL(/household=/)
  assert.equal(await page.locator('article').count(), 1)
  assert.match(await textOf(page), /Sifaw/)
  await answer(page, 'recorded').click()
  await page.waitForURL(/done=recorded/)
  assert.equal(await page.locator('article').count(), 0)
  await page.goto(`${LIST}?household=${who('C3', '1').household}`)
  await page.locator('summary').click()
  await answer(page, 'refused').click()
  await page.locator('[aria-invalid=true]').waitFor()
  await wellMade(page, 'fr-refused')
  await page.fill('textarea[name=says]', 'Elle est venue ce matin, avec sa carte.')
  await answer(page, 'refused').click()
  await page.waitForURL(/done=refused/)
  await page.goto(`${LIST}?answered`)
  assert.equal(await page.locator('article').count(), 2)
  assert.match(await textOf(page), /Amina Guichet[\s\S]*Elle est venue ce matin/)
  await wellMade(page, 'fr-answered')
})

test('in Arabic on a telephone, the death of a head names who becomes head; whoever works elsewhere sees nothing', async t => {
  const cookies = { ...here, 'socle-language': 'ar' }
  const page = await openPage(t, { url: LIST, cookies, width: 360, dark: true })
  assert.equal(await page.locator('article').count(), 1)
  await wellMade(page, 'ar')
  await answer(page, 'recorded').click()
  await page.locator('[aria-invalid=true]').waitFor()
  await wellMade(page, 'ar-refused')
  await page.locator('select[name=successor]').selectOption({ index: 1 })
  await answer(page, 'recorded').click()
  await page.waitForURL(/done=recorded/)
  assert.equal(await page.locator('article').count(), 0)
  const other = await openPage(t, { url: LIST, cookies: elsewhere, script: false })
  assert.equal(await other.locator('article').count(), 0)
  await other.goto(`${LIST}?answered`)
  assert.equal(await other.locator('article').count(), 0)
})
