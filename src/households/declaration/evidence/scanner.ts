import { spawn } from 'node:child_process'
import { once } from 'node:events'

export type Scan = 'clean' | 'not_scanned'

/** Looks at one file while it passes. */
export type Scanning = {
  readonly write: (piece: Uint8Array) => Promise<void>
  readonly end: () => Promise<Scan | 'infected'>
  readonly stop: () => void
}
export type Scanner = () => Scanning

/** Refuses nothing, and says that nothing was looked at. */
export const noScanner: Scanner = () => ({ write: async () => {}, end: async () => 'not_scanned', stop() {} })

/**
 * A program that reads the file from its standard input and ends with 0 where it is clean, 1 where it is infected (as
 * `clamdscan -` does). Any other ending is a breakdown: the file is not taken.
 */
export function commandScanner(command: string, args: readonly string[] = []): Scanner {
  return () => {
    const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore'] })
    const { stdin } = child
    const ended = once(child, 'exit')
    ended.catch(() => {})
    let broken: Error | undefined
    // A scanner that has seen enough closes its input: that is no mistake, how it ends is told by its code.
    stdin.on('error', () => {})
    child.on('error', error => {
      broken = error
    })
    return {
      async write(piece) {
        if (stdin.destroyed || stdin.write(piece)) return
        await Promise.race([once(stdin, 'drain').catch(() => {}), ended.catch(() => {})])
      },
      async end() {
        stdin.end()
        const [code] = (await ended.catch(() => [null])) as [number | null]
        if (code === 1) return 'infected'
        if (code !== 0) throw new Error(`the scanner of files did not end as it should: ${broken?.message ?? code}`)
        return 'clean'
      },
      stop() {
        stdin.destroy()
        child.kill()
      },
    }
  }
}
