import { type Command, type ExitCode, type Io, UsageError } from './command.ts'

type Commands = Record<string, () => Promise<{ command: Command }>>

/** Runs one call of `socle`. Unknown commands are refused with the nearest names; a mistake in the call is a sentence. */
export async function runSocle(args: readonly string[], io: Io, commands: Commands): Promise<ExitCode> {
  const [name, ...rest] = args
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    return help(rest[0], io, commands)
  }
  const load = commands[name]
  if (!load) return unknown(name, io, commands)
  const { command } = await load()
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(describe(name, command))
    return 0
  }
  try {
    return await command.run(rest, io)
  } catch (error) {
    if (io.signal.aborted) {
      io.err(`\nsocle ${name}: stopped. What was written stays; the same call goes on from there.\n`)
      return 130
    }
    if (!(error instanceof UsageError)) throw error
    io.err(`socle ${name}: ${error.message}\nSee: socle help ${name}\n`)
    return 2
  }
}

async function help(name: string | undefined, io: Io, commands: Commands): Promise<ExitCode> {
  if (name !== undefined) {
    const load = commands[name]
    if (!load) return unknown(name, io, commands)
    io.out(describe(name, (await load()).command))
    return 0
  }
  const loaded = await Promise.all(
    Object.entries(commands).map(async ([key, load]) => [key, (await load()).command] as const),
  )
  const width = Math.max(...loaded.map(([key]) => key.length))
  io.out('socle: one system for social protection, from registration to money in hand\n\n')
  for (const [key, command] of loaded) io.out(`  socle ${key.padEnd(width)}  ${command.summary}\n`)
  io.out('\nsocle help COMMAND explains a command, with examples.\n')
  return 0
}

function describe(name: string, command: Command): string {
  const lines = [command.summary, '', 'Usage:', ...command.usage.map(form => `  socle ${form}`)]
  if (command.help) lines.push('', command.help.trim())
  if (command.examples.length > 0) {
    lines.push('', 'Examples:')
    for (const example of command.examples) lines.push(`  ${example.call}`, `      ${example.says}`)
  }
  return `socle ${name}: ${lines.join('\n')}\n`
}

function unknown(name: string, io: Io, commands: Commands): ExitCode {
  const near = Object.keys(commands).filter(key => key.startsWith(name[0] ?? '') || key.includes(name))
  const hint = near.length > 0 ? `; did you mean ${near.join(' or ')}?` : ''
  io.err(`socle: there is no command ${name}${hint}\nSee: socle help\n`)
  return 2
}
