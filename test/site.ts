import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { inspect } from 'node:util'
import { buildWeb } from '../src/web/build.ts'
import type { Doors } from '../src/web/context.ts'
import { createWebServer } from '../src/web/http.ts'

const often = { burst: 1e9, perSecond: 1e9 }
/** Tests ask faster than people do; pace.test.ts and http.test.ts try the limits. */
const unhurried = { page: often, form: often, file: often }

/**
 * Serves the pages over the doors that a test fills, on a free port, until its file is over. Returns the address. What
 * the server logs as an error fails the file, unless the test takes it: `logged` then holds it.
 */
export async function serveSite(doors: Doors, logged?: string[]): Promise<string> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'socle-web-'))
  const site = await buildWeb({ dataFolder })
  const errors = logged ?? []
  const log = { error: (facts: object, says: string) => void errors.push(`${says}: ${inspect(facts)}`) }
  const server = await createWebServer({
    doors,
    site,
    host: '127.0.0.1',
    port: 0,
    log,
    paces: { address: unhurried, account: unhurried },
  })
  after(async () => {
    await server.close()
    await rm(dataFolder, { recursive: true, force: true })
    if (!logged) assert.deepEqual(errors, [])
  })
  return server.url
}
