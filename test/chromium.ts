import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { chromiumIn } from '../src/web/print/chromium.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Chromium as npm brought it, unpacked once into .cache (or, where the checkout cannot be written, the temporary folder). */
export async function launchBrowser(): Promise<Browser> {
  const options = await chromiumIn(await writableFolder())
  const launch = () => chromium.launch({ ...options, timeout: 60_000 })
  // Seen once on a machine with ten times its load: Chromium started and never answered. A second one does.
  return launch().catch(launch)
}

/** Where a browser of the tests is unpacked. */
export async function writableFolder(): Promise<string> {
  for (const folder of [join(root, '.cache'), join(tmpdir(), `socle-cache-${process.getuid?.() ?? 0}`)]) {
    const made = await mkdir(folder, { recursive: true, mode: 0o700 }).then(
      () => true,
      () => false,
    )
    if (made) return folder
  }
  throw new Error('No folder can be written to unpack the browser: neither .cache nor the temporary folder')
}
