// A PostgreSQL that dies under a running program is started again by it.
import { processStart } from './process.ts'

/** Asking the system costs a file read on Linux and a program elsewhere. */
const PAUSE_MS = process.platform === 'linux' ? 500 : 5000

/** Looks now and then whether the process is there; `revive` answers its successor. Does not keep this process alive. */
export function watchOver(first: number, revive: () => Promise<number>): { end(): Promise<void> } {
  let pid = first
  let reviving: Promise<void> | undefined
  const timer = setInterval(() => {
    if (reviving || processStart(pid) !== undefined) return
    reviving = revive()
      .then(
        next => {
          pid = next
        },
        // Its port taken, its disk full: tried again at the next look, and whoever asks the database is told.
        () => {},
      )
      .finally(() => {
        reviving = undefined
      })
  }, PAUSE_MS)
  timer.unref()
  return {
    async end() {
      clearInterval(timer)
      await reviving
    },
  }
}
