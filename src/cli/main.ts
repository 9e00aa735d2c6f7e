import { commands } from './commands.ts'
import { runSocle } from './socle.ts'
import { processIo } from './terminal.ts'

process.exitCode = await runSocle(process.argv.slice(2), processIo(), commands)
