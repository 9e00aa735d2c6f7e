import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { buildWeb, createWebServer, type Doors } from '../src/web/index.ts'

/** Serves the pages over the doors that a test fills, on a free port, until its file is over. Returns the address. */
export async function serveSite(doors: Doors): Promise<string> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'socle-web-'))
  const site = await buildWeb({ dataFolder })
  const server = await createWebServer({ doors, site, host: '127.0.0.1', port: 0 })
  after(async () => {
    await server.close()
    await rm(dataFolder, { recursive: true, force: true })
  })
  return server.url
}
