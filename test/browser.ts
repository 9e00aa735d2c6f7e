import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './chromium.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

export type View = {
  /** The address to open. */
  readonly url: string
  /** CSS pixels; 1280 unless told. */
  readonly width?: number
  readonly height?: number
  /** False turns scripts off in the browser, as on a citizen's locked-down phone. */
  readonly script?: boolean
  readonly dark?: boolean
  readonly cookies?: Readonly<Record<string, string>>
}

let browser: Promise<Browser> | undefined
const views = new WeakMap<Page, View>()

/** One browser for a test file, started when first asked, closed when all its tests are over. */
function theBrowser(): Promise<Browser> {
  browser ??= launchBrowser()
  return browser
}
after(async () => (await browser)?.close())

/**
 * Opens a page in a profile of its own. The test fails if the page logs an error (a blocked script or style, a page that
 * hydrates into something else), so no journey has to ask for it.
 */
export async function openPage(t: TestContext, view: View): Promise<Page> {
  const { url, width = 1280, height = 900, script = true, dark = false, cookies = {} } = view
  const context = await (await theBrowser()).newContext({
    viewport: { width, height },
    javaScriptEnabled: script,
    colorScheme: dark ? 'dark' : 'light',
    locale: 'fr-MA',
  })
  await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: new URL(url).origin })))
  const page = await context.newPage()
  views.set(page, view)
  const complaints: string[] = []
  page.on('console', message => {
    // A page that answers 404 or 403 on purpose is reported by the browser as an error of loading.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
  t.after(async () => {
    await context.close()
    if (complaints.length > 0) throw new Error(`The page complained:\n${complaints.join('\n')}`)
  })
  await page.goto(url)
  return page
}

type Violation = { id: string; help: string; nodes: { target: string[]; failureSummary: string }[] }

/** What axe finds against WCAG 2.2 A and AA: one line per element, empty when all is well. */
export async function axeComplaints(page: Page): Promise<string[]> {
  const seen = views.get(page)?.script === false ? await withScript(page) : page
  await seen.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
  const violations = (await seen.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(standards)} }).then(result => result.violations)`,
  )) as Violation[]
  if (seen !== page) await seen.context().close()
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(node => `${id} (${help}): ${node.target.join(' ')} ${node.failureSummary}`),
  )
}

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** The same document in a window where axe can run: it needs timers, which a browser without script does not give. */
async function withScript(page: Page): Promise<Page> {
  const { dark = false } = views.get(page) ?? {}
  const context = await (await theBrowser()).newContext({
    viewport: page.viewportSize(),
    colorScheme: dark ? 'dark' : 'light',
  })
  const twin = await context.newPage()
  const body = await page.content()
  await context.route(page.url(), route => route.fulfill({ body, contentType: 'text/html; charset=utf-8' }))
  await twin.goto(page.url())
  return twin
}

/** What Tab reaches, in order, as the words a screen reader would say first. Stops when the focus comes back. */
export async function tabStops(page: Page, most = 200): Promise<string[]> {
  const stops: string[] = []
  for (let count = 0; count < most; count++) {
    await page.keyboard.press('Tab')
    const stop = (await page.evaluate(`(() => {
      const at = document.activeElement
      if (!at || at === document.body) return ''
      return (at.getAttribute('aria-label') || at.innerText || at.getAttribute('name') || at.tagName).trim()
    })()`)) as string
    if (stop === '') return stops
    stops.push(stop)
  }
  return stops
}

/** Text wider than the window: nothing may make a reader scroll sideways (WCAG 1.4.10, down to 320 pixels). */
export async function overflow(page: Page): Promise<number> {
  return (await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')) as number
}

/** The words of a part of a page, with one kind of blank. */
export async function textOf(page: Page, selector = 'main'): Promise<string> {
  return ((await page.locator(selector).first().textContent()) ?? '').replaceAll(/\s/g, ' ')
}

/** A page as everybody must be able to use it, saved to be looked at. */
export async function wellMade(page: Page, name: string): Promise<void> {
  await screenshot(page, name)
  assert.equal(await overflow(page), 0, name)
  assert.deepEqual(await axeComplaints(page), [], name)
}

/** Saves what is seen under .cache/screenshots, to be looked at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = join(root, '.cache', 'screenshots')
  await mkdir(folder, { recursive: true })
  // Fonts are fetched when the text that needs them is met.
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}
