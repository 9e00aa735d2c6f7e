import { once } from 'node:events'
import type { Io } from './command.ts'

/** The real terminal. A reader that goes away (`socle … | head`) ends the command quietly. */
export function processIo(): Io {
  const stop = new AbortController()
  let stoppedAt = 0
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // A second Ctrl-C means: now. One that comes within a second is the first, passed on by the process that started this one.
      if (stop.signal.aborted && performance.now() - stoppedAt > 1000) process.exit(130)
      if (!stop.signal.aborted) stoppedAt = performance.now()
      stop.abort(name)
    })
  }
  process.stdout.on('error', error => {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EPIPE') process.exit(0)
    process.stderr.write(
      `socle: the output cannot be written (${code ?? error.message}); what came before it may be cut\n`,
    )
    process.exit(1)
  })
  return {
    stdin: process.stdin,
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    interactive: process.stderr.isTTY === true,
    signal: stop.signal,
    ask: askUnseen,
    flush: async () => {
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
    },
  }
}

/** Reads a line from the terminal without showing it; undefined without a terminal, and where it is broken off. */
function askUnseen(prompt: string): Promise<string | undefined> {
  const { stdin, stderr } = process
  if (!stdin.isTTY) return Promise.resolve(undefined)
  stderr.write(prompt)
  stdin.setRawMode(true)
  return new Promise(resolve => {
    let typed = ''
    const end = (answer: string | undefined) => {
      stdin.off('data', read)
      stdin.setRawMode(false)
      stdin.pause()
      stderr.write('\n')
      resolve(answer)
    }
    const read = (bytes: Buffer) => {
      for (const letter of bytes.toString('utf8')) {
        if (letter === '\r' || letter === '\n') return end(typed)
        // Ctrl-C and Ctrl-D, which a raw terminal hands over as letters.
        if (letter === '\u0003' || letter === '\u0004') return end(undefined)
        typed = letter === '\u007f' || letter === '\b' ? typed.slice(0, -1) : typed + letter
      }
    }
    stdin.on('data', read)
    stdin.resume()
  })
}
