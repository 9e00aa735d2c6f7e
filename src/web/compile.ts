// A program: `node compile.ts OUT`, run by build.ts in a process of its own. Builds the pages with Vite into OUT
// (OUT/client: files that a browser fetches; OUT/server/index.js: one self-contained module that runs from any folder).
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createBuilder } from 'vite'

const out = process.argv[2]
if (!out) throw new Error('compile.ts needs the folder to write into')
process.env.SOCLE_WEB_OUT = out
process.env.NODE_ENV = 'production'

// The plugin reads the configuration a second time, through a bundle that it writes beside node_modules: from OUT, which
// can be written where the checkout cannot. A CommonJS file needs no such bundle.
const configFile = join(out, 'vite.config.cjs')
const ours = fileURLToPath(new URL('vite.config.ts', import.meta.url))
writeFileSync(configFile, `module.exports = require(${JSON.stringify(ours)}).default\n`)

console.log('step configured')
const builder = await createBuilder({
  root: fileURLToPath(new URL('.', import.meta.url)),
  configFile,
  configLoader: 'native',
  cacheDir: join(out, '.vite'),
  logLevel: 'warn',
  mode: 'production',
})
console.log('step loaded')
await builder.buildApp()
console.log('step built')
