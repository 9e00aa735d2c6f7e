// Processor time, since a shared machine's clock says little. Linux tells it in /proc; elsewhere only this process's is known.
import { existsSync, readdirSync, readFileSync } from 'node:fs'

const MS_A_TICK = 10

type Spent = {
  /** '169 µs here, 327 µs in PostgreSQL': what was spent since, for each of `count`. */
  since(before: Spent, count: number): string
  readonly here: number
  readonly postgres: number | undefined
}

/** Milliseconds spent until now by this process, and by the PostgreSQL whose call holds a text: its port. */
export function processorTime(called: string): Spent {
  const { user, system } = process.cpuUsage()
  const spent = { here: (user + system) / 1000, postgres: postgresTime(called) }
  return {
    ...spent,
    since(before, count) {
      const each = (from: number, to: number) => `${(((to - from) * 1000) / count).toFixed(1)} µs`
      const there =
        before.postgres === undefined || spent.postgres === undefined
          ? ''
          : `, ${each(before.postgres, spent.postgres)} in PostgreSQL`
      return `${each(before.here, spent.here)} here${there}`
    },
  }
}

function postgresTime(called: string): number | undefined {
  if (!existsSync('/proc/self/stat')) return undefined
  const processes = readdirSync('/proc').flatMap(pid => (/^\d+$/.test(pid) ? (processOf(pid) ?? []) : []))
  const postmasters = new Set(processes.filter(each => each.call.includes(called)).map(each => each.pid))
  // Ended connections are counted with their parent.
  const own = processes.filter(each => postmasters.has(each.pid) || postmasters.has(each.parent))
  const ticks = own.reduce((sum, each) => sum + each.ticks + (postmasters.has(each.pid) ? each.ended : 0), 0)
  return ticks * MS_A_TICK
}

function processOf(pid: string) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const call = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    const [user, system, endedUser, endedSystem] = rest.slice(9, 13).map(Number) as [number, number, number, number]
    return { pid, parent: parent ?? '', call, ticks: user + system, ended: endedUser + endedSystem }
  } catch {
    return undefined
  }
}

/** Milliseconds that a process has been on a processor until now, to the microsecond; undefined where Linux does not tell. */
export function onProcessor(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  } catch {
    return undefined
  }
}
