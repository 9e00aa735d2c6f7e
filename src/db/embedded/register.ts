// Who uses the cluster, and whose turn it is to start or stop it. SQLite (part of Node) holds both: its lock is the
// operating system's, so a killed process lets go of it, and a line is written whole or not at all.
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRunning, ownMark, type ProcessMark } from './process.ts'

export type Register = {
  /** Processes that use the cluster now; lines of processes that are gone are struck out. */
  users(): ProcessMark[]
  join(): void
  leave(): void
}

const PATIENCE_MS = 60_000

/** Runs `work` while no other process of the machine does, for the same register file. */
export async function withRegister<Value>(file: string, work: (register: Register) => Promise<Value>): Promise<Value> {
  const database = new DatabaseSync(file)
  try {
    database.exec('pragma busy_timeout = 0')
    await lock(database, file)
    const value = await work(registerIn(database))
    database.exec('commit')
    return value
  } finally {
    database.close() // Closing without commit gives everything back.
  }
}

/** The same for a process that is ending and can wait for nothing: if another one is at work here, it will notice. */
export function leaveNow(file: string, whenLast: () => void): void {
  try {
    const database = new DatabaseSync(file)
    database.exec('begin exclusive')
    const register = registerIn(database)
    register.leave()
    if (register.users().length === 0) whenLast()
    database.exec('commit')
    database.close()
  } catch {} // The line is struck out by the next process that looks.
}

async function lock(database: DatabaseSync, file: string): Promise<void> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      database.exec('begin exclusive')
      database.exec('create table if not exists lease (pid integer not null, started text not null)')
      return
    } catch (error) {
      if (!isBusy(error)) throw error
      if (performance.now() > until) {
        throw new Error(`Another process has been starting or stopping the database for a minute (it holds ${file}).`)
      }
      await sleep(20)
    }
  }
}

function registerIn(database: DatabaseSync): Register {
  const own = ownMark()
  const strike = database.prepare('delete from lease where pid = ? and started = ?')
  return {
    users() {
      const marks = database.prepare('select pid, started from lease').all() as ProcessMark[]
      for (const mark of marks) if (!isRunning(mark)) strike.run(mark.pid, mark.started)
      return marks.filter(isRunning)
    },
    join() {
      strike.run(own.pid, own.started)
      database.prepare('insert into lease (pid, started) values (?, ?)').run(own.pid, own.started)
    },
    leave() {
      strike.run(own.pid, own.started)
    },
  }
}

function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode
  return code === 5 || code === 6 // SQLITE_BUSY, SQLITE_LOCKED
}
