// A program: `node compile.ts OUT`, run by build.ts in a process of its own. Builds the pages with Vite into OUT
// (OUT/client: files that a browser fetches; OUT/server/index.js: one self-contained module that runs from any folder).
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createBuilder } from 'vite'

const out = process.argv[2]
if (!out) throw new Error('compile.ts needs the folder to write into')
process.env.SOCLE_WEB_OUT = out
process.env.NODE_ENV = 'production'

console.log('step configured')
const builder = await createBuilder({
  root: fileURLToPath(new URL('.', import.meta.url)),
  configFile: fileURLToPath(new URL('vite.config.ts', import.meta.url)),
  configLoader: 'native',
  cacheDir: join(out, '.vite'),
  logLevel: 'warn',
  mode: 'production',
})
console.log('step loaded')
await builder.buildApp()
console.log('step built')
