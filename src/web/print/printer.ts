// Pages made into PDF by a browser of our own: the one program at hand that shapes Arabic and breaks tables as a page does.
import type { Browser } from 'playwright-core'
import { err, ok, type Result } from '#kernel'
import { chromiumIn } from './chromium.ts'

export type PrintRefusal = {
  /** The browser cannot start here, too many wait, the page is too large, or it took too long. */
  readonly code: 'printer_missing' | 'printer_busy' | 'print_too_large' | 'print_too_long'
}

export type Printer = {
  /** A whole HTML page, with all that it needs inside, as PDF. */
  readonly print: (html: string) => Promise<Result<Uint8Array<ArrayBuffer>, PrintRefusal>>
  readonly close: () => Promise<void>
}

export type PrinterTerms = {
  /** Where the browser is unpacked when first asked. */
  readonly folder: string
  readonly onError: (error: unknown) => void
  readonly longestMs?: number
}

const LONGEST_MS = 60_000
/** Characters. Without scripts, what a browser takes grows with what it is given: this bounds its memory. */
const LARGEST = 4_000_000
const MOST_WAITING = 4

/** Nothing is asked of any network: names lead nowhere, and whatever is asked for all the same goes to a port that is closed. */
const CLOSED = ['--host-resolver-rules=MAP * ~NOTFOUND', '--proxy-server=127.0.0.1:9', '--renderer-process-limit=1']

/** One browser at a time, started for a page and ended with it: nothing of one page is there when the next comes. */
export function openPrinter({ folder, onError, longestMs = LONGEST_MS }: PrinterTerms): Printer {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let closed = false

  const print = async (html: string): Promise<Result<Uint8Array<ArrayBuffer>, PrintRefusal>> => {
    if (closed) return err({ code: 'printer_missing' })
    let browser: Browser
    try {
      const { chromium } = await import('playwright-core')
      const options = await chromiumIn(folder)
      browser = await chromium.launch({ ...options, args: [...(options.args ?? []), ...CLOSED], timeout: longestMs })
    } catch (error) {
      onError(error)
      return err({ code: 'printer_missing' })
    }
    let late = false
    const timer = setTimeout(() => {
      late = true
      browser.close().catch(onError)
    }, longestMs)
    try {
      return ok(await printedBy(browser, html))
    } catch (error) {
      if (!late) throw error
      return err({ code: 'print_too_long' })
    } finally {
      clearTimeout(timer)
      await browser.close()
    }
  }

  return {
    async print(html) {
      if (html.length > LARGEST) return err({ code: 'print_too_large' })
      if (waiting >= MOST_WAITING) return err({ code: 'printer_busy' })
      waiting++
      const turn = last.then(() => print(html)).finally(() => waiting--)
      last = turn.catch(() => undefined)
      return turn
    },
    async close() {
      closed = true
      await last
    },
  }
}

async function printedBy(browser: Browser, html: string): Promise<Uint8Array<ArrayBuffer>> {
  const context = await browser.newContext({ javaScriptEnabled: false, offline: true, serviceWorkers: 'block' })
  await context.route('**/*', route => route.abort())
  const page = await context.newPage()
  await page.setContent(html, { waitUntil: 'load' })
  return new Uint8Array(await page.pdf({ preferCSSPageSize: true, printBackground: true, tagged: true, outline: true }))
}
