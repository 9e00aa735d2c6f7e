import { type Command, type ExitCode, type Io, UsageError } from './command.ts'
import { version } from './version.ts'

type Commands = Record<string, () => Promise<{ command: Command }>>

/** Runs one call of `socle`. Unknown commands are refused with the nearest names; a mistake in the call is a sentence. */
export async function runSocle(args: readonly string[], io: Io, commands: Commands): Promise<ExitCode> {
  const [name, ...rest] = args
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    return help(rest, io, commands)
  }
  if (name === 'version' || name === '--version' || name === '-v') {
    io.out(`socle ${version()}\n`)
    return 0
  }
  const load = commands[name]
  if (!load) return unknown(name, io, commands)
  const { command } = await load()
  if (rest.includes('--help') || rest.includes('-h')) {
    return describe(name, command, actionsOf(name, command).includes(rest[0] ?? '') ? rest[0] : undefined, io)
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

async function help([name, action]: readonly string[], io: Io, commands: Commands): Promise<ExitCode> {
  if (name !== undefined) {
    const load = commands[name]
    if (!load) return unknown(name, io, commands)
    return describe(name, (await load()).command, action, io)
  }
  const loaded = await Promise.all(
    Object.entries(commands).map(async ([key, load]) => [key, (await load()).command] as const),
  )
  const width = Math.max(...loaded.map(([key]) => key.length))
  io.out('socle: one system for social protection, from registration to money in hand\n\n')
  for (const [key, command] of loaded) io.out(`  socle ${key.padEnd(width)}  ${command.summary}\n`)
  io.out('\nsocle help COMMAND explains a command, with examples; socle --version says which Socle this is.\n')
  return 0
}

/** Explains a command, or one of its actions alone: `rules` or `rules check`. */
function describe(name: string, command: Command, action: string | undefined, io: Io): ExitCode {
  const actions = actionsOf(name, command)
  if (action !== undefined && !actions.includes(action)) {
    const known = actions.length > 0 ? `; there are ${actions.join(', ')}` : ''
    io.err(`socle: there is no ${name} ${action}${known}\nSee: socle help ${name}\n`)
    return 2
  }
  const { usage, help, examples } = action === undefined ? command : about(name, command, action, actions)
  const lines = [command.summary, '', 'Usage:', ...usage.map(form => `  socle ${form}`)]
  if (help.trim() !== '') lines.push('', help.trim())
  if (examples.length > 0) {
    lines.push('', 'Examples:')
    for (const example of examples) lines.push(`  ${example.call}`, `      ${example.says}`)
  }
  io.out(`socle ${action === undefined ? name : `${name} ${action}`}: ${lines.join('\n')}\n`)
  return 0
}

/** The words that may follow a command's name, as its usage has them: check of `rules check [PACK …]`. */
function actionsOf(name: string, { usage }: Command): string[] {
  return [...new Set(usage.map(form => form.slice(name.length + 1).split(' ')[0] ?? ''))].filter(word =>
    /^[a-z][a-z-]*$/.test(word),
  )
}

/** What a command says of one action: a paragraph of its help that begins with another action's name is of that one. */
function about(name: string, { usage, help, examples }: Command, action: string, actions: readonly string[]) {
  const of = (text: string) => new RegExp(`\\b${name} ${action}(?![\\w-])`).test(text)
  const paragraphs = help.trim().split(/\n{2,}/)
  return {
    usage: usage.filter(of),
    help: paragraphs.filter(each => !actions.includes(firstWord(each)) || firstWord(each) === action).join('\n\n'),
    examples: examples.filter(({ call }) => of(call)),
  }
}

function firstWord(text: string): string {
  return text.split(/\s/, 1)[0] ?? ''
}

function unknown(name: string, io: Io, commands: Commands): ExitCode {
  const near = Object.keys(commands).filter(key => key.startsWith(name[0] ?? '') || key.includes(name))
  const hint = near.length > 0 ? `; did you mean ${near.join(' or ')}?` : ''
  io.err(`socle: there is no command ${name}${hint}\nSee: socle help\n`)
  return 2
}
