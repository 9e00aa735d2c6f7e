import type { Io } from './command.ts'

/** The progress of one long work, shown on the error stream: a bar on a terminal, a line now and then elsewhere. */
export type Progress = {
  /** How much is done, and how much there is in all where that is known. */
  readonly update: (done: number, total?: number) => void
  /** Leaves the last figures on the screen and goes to the next line. */
  readonly end: () => void
}

const CELLS = 24
const BAR_EVERY_MS = 100
const LINE_EVERY_MS = 5000

/**
 * @param label what is being done: `Registering`
 * @param unit what is counted, in the plural: `households`
 * @param clock milliseconds that never go back
 */
export function progress(
  io: Pick<Io, 'err' | 'interactive'>,
  label: string,
  unit: string,
  clock = () => performance.now(),
): Progress {
  const started = clock()
  let shown = started
  let last = { done: 0, total: undefined as number | undefined }
  const show = (ended: boolean) => {
    const text = progressText(label, unit, last.done, last.total, (clock() - started) / 1000, ended)
    if (io.interactive) io.err(`\r\u001b[K${text}${ended ? '\n' : ''}`)
    else io.err(`${text}\n`)
  }
  return {
    update(done, total) {
      last = { done, total: total ?? last.total }
      const now = clock()
      if (now - shown < (io.interactive ? BAR_EVERY_MS : LINE_EVERY_MS)) return
      shown = now
      show(false)
    },
    end: () => show(true),
  }
}

/** `Registering  ████░░░░  5 000 of 20 000 households, 4 100 a second, 4 s left` */
export function progressText(
  label: string,
  unit: string,
  done: number,
  total: number | undefined,
  seconds: number,
  ended: boolean,
): string {
  const rate = seconds > 0 ? done / seconds : 0
  const count = total === undefined || ended ? grouped(done) : `${grouped(done)} of ${grouped(total)}`
  const parts = [`${count} ${unit}`]
  if (rate >= 1 && seconds >= 1) parts.push(`${grouped(Math.round(rate))} a second`)
  if (ended) parts.push(`${duration(seconds)} in all`)
  else if (total !== undefined && rate > 0) parts.push(`${duration((total - done) / rate)} left`)
  return `${label.padEnd(12)} ${bar(done, total, ended)}  ${parts.join(', ')}`
}

function bar(done: number, total: number | undefined, ended: boolean): string {
  const share = ended ? 1 : total ? Math.min(1, done / total) : 0
  const full = Math.floor(share * CELLS)
  return '█'.repeat(full) + '░'.repeat(CELLS - full)
}

function duration(seconds: number): string {
  if (seconds < 90) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

/** 58 121: figures for people, in groups of three. */
export function grouped(value: number): string {
  return value.toLocaleString('en').replaceAll(',', ' ')
}
