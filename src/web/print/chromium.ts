import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import type { LaunchOptions } from 'playwright-core'

const decompress = promisify(brotliDecompress)

/**
 * How to start Chromium as npm brought it, with the libraries and the Latin face it needs, unpacked once below `cache`. Nothing
 * of the system is used but the C library, and nothing of this process's environment is passed on.
 */
export async function chromiumIn(cache: string): Promise<LaunchOptions> {
  const folder = await unpacked(cache)
  return {
    executablePath: join(folder, 'chromium'),
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none', '--disable-dev-shm-usage'],
    env: { HOME: folder, LD_LIBRARY_PATH: join(folder, 'lib'), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  }
}

/** Found when asked and not before: what is not installed is a refusal of the printer, not of the start. */
function packed(): string {
  return join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..', '..', 'bin')
}

async function unpacked(cache: string): Promise<string> {
  const folder = resolve(cache, 'chromium-147')
  if (existsSync(folder)) return folder
  await mkdir(cache, { recursive: true, mode: 0o700 })
  const aside = await mkdtemp(join(cache, 'aside-'))
  try {
    await writeFile(join(aside, 'chromium'), await open('chromium.br'), { mode: 0o755 })
    for (const archive of ['al2023.tar.br', 'fonts.tar.br']) await extract(await open(archive), aside)
    await writeFile(join(aside, 'fonts.conf'), fontconfig(folder))
    // Another process may have been first: its copy is as good as ours.
    await rename(aside, folder).catch(error => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return folder
}

async function open(name: string): Promise<Buffer> {
  return decompress(await readFile(join(packed(), name)))
}

/** Files of a tar archive (ustar: 512-byte headers, name at 0, size in octal at 124, kind at 156). */
async function extract(archive: Buffer, into: string): Promise<void> {
  let at = 0
  while (archive[at]) {
    const name = archive.toString('utf8', at, archive.indexOf(0, at))
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 135), 8)
    const kind = String.fromCharCode(archive[at + 156]!)
    const path = join(into, name)
    if (kind === '0' || kind === '\0') {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, archive.subarray(at + 512, at + 512 + size))
    }
    at += 512 + Math.ceil(size / 512) * 512
  }
}

function fontconfig(folder: string): string {
  const escaped = folder.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${escaped}/fonts</dir>
  <cachedir>${escaped}/fonts-cache</cachedir>
</fontconfig>
`
}
