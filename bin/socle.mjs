#!/usr/bin/env node
import { runWithNode26 } from './node26.mjs'

await runWithNode26('src/cli/main.ts', process.argv.slice(2))
