// What a school tells, given on the page of files as somebody of the programme does.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import type { Month } from '#kernel'
import { openPage } from './browser.ts'

type Desk = { readonly url: string; readonly cookies: Readonly<Record<string, string>> }

const HEADER = ['source_person', 'absences_month', 'absences_health_month']

/** What the school tells of a month, given on the page as a file: days missed, pupil by pupil. Answers the page of the file. */
export async function schoolTells(
  t: TestContext,
  { url, cookies }: Desk,
  month: Month,
  days: Readonly<Record<string, number | string>>,
): Promise<Page> {
  const lines = [HEADER, ...Object.entries(days).map(([pupil, absences]) => [pupil, absences, 0])]
  const page = await openPage(t, { url: `${url}/console/feeds/new`, cookies, script: false, width: 360 })
  await page.selectOption('[name=kind]', 'school')
  await page.fill('[name=source]', 'massar')
  await page.fill('[name=month]', month)
  const buffer = Buffer.from(lines.map(cells => `${cells.join(',')}\n`).join(''))
  await page.setInputFiles('input[type=file]', { name: `${month}.csv`, mimeType: 'text/csv', buffer })
  await page.locator('main form button[type=submit]').click()
  await page.waitForURL(/\/console\/feeds\/[\da-f-]{36}\?taken$/)
  return page
}

/** A row of names that several pupils have waits; nobody is guessed. */
export async function nobodyGuessed(t: TestContext, { url, cookies }: Desk, look: (page: Page) => Promise<void>) {
  const page = await openPage(t, { url: `${url}/console/feeds/new`, cookies, script: false, width: 360 })
  await page.fill('[name=source]', 'massar')
  await page.fill('[name=month]', '2023-09')
  const buffer = Buffer.from(
    'source_person,given_name,family_name,birth_date,absences_month\nT7,Izza,Ait Ali,2013-03-05,9\n',
  )
  await page.setInputFiles('input[type=file]', { name: 'names.csv', mimeType: 'text/csv', buffer })
  await page.locator('main form button[type=submit]').click()
  await page.locator('a[href="/console/feeds/doubts"]').first().click()
  await page.waitForURL(/\/doubts$/)
  await look(page)
  assert.equal(await page.locator('input[name=person]').count(), 4)
  await page.locator('main form button[type=submit]').click()
  await page.getByRole('alert').waitFor()
  await page.check('input[value=nobody]')
  await page.locator('main form button[type=submit]').click()
  await page.getByRole('status').waitFor()
  assert.equal(await page.locator('article').count(), 0)
}
