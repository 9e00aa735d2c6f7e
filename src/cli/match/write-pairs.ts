import { once } from 'node:events'
import { createWriteStream, existsSync, lstatSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { csvCell } from '#households'
import type { Matching } from '#population'
import { type Io, UsageError } from '../command.ts'

/** Pairs less probable than this are different, and are not written. */
export const LEAST_WRITTEN = 0.1

const HEADER = 'left,right,score,zone,weight\n'

/** The pairs as lines of CSV, the most probable first: ids, probability, zone, and the evidence in bits. */
export function* pairLines({ pairs, model }: Matching, ids: readonly string[]): Iterable<string> {
  const { one, other, probability, bits } = pairs
  const order = Int32Array.from({ length: pairs.size }, (_, at) => at)
    .filter(at => probability[at]! >= LEAST_WRITTEN || probability[at]! >= model.threshold)
    .sort((a, b) => probability[b]! - probability[a]! || one[a]! - one[b]! || other[a]! - other[b]!)
  yield HEADER
  let lines = ''
  for (const at of order) {
    const zone = probability[at]! >= model.threshold ? 'same' : 'to_settle'
    const cells = [ids[one[at]!]!, ids[other[at]!]!].map(csvCell)
    lines += `${cells.join(',')},${shown(probability[at]!)},${zone},${bits[at]!.toFixed(2)}\n`
    if (lines.length < 1 << 16) continue
    yield lines
    lines = ''
  }
  yield lines
}

/** Six digits, cut and not rounded: what is written stays on its side of the threshold. */
function shown(probability: number): string {
  return (Math.floor(probability * 1e6) / 1e6).toFixed(6)
}

export async function writeToOutput(io: Io, lines: Iterable<string>): Promise<void> {
  for (const some of lines) {
    io.out(some)
    await io.flush()
  }
}

/** Refuses, before any work, what cannot be a file of pairs: a folder, a device, a file that is being read. */
export function checkTarget(path: string, option: string, given: readonly string[]): void {
  if (!existsSync(path)) return
  if (!lstatSync(path).isFile()) throw new UsageError(`${option} takes the name of a file; ${path} is something else`)
  if (given.some(each => realpathSync(each) === realpathSync(path))) {
    throw new UsageError(`${option} takes the name of a file of its own; ${path} is one of those to match`)
  }
}

/** Written beside its place and moved there when complete: the file is whole or absent. */
export async function writeToFile(path: string, option: string, lines: Iterable<string>): Promise<void> {
  const beside = `${path}.part`
  try {
    const stream = createWriteStream(beside)
    const ended = finished(stream)
    // The failure is told where the end is waited for.
    ended.catch(() => {})
    for (const some of lines) if (!stream.write(some)) await Promise.race([once(stream, 'drain'), ended])
    stream.end()
    await ended
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw new UsageError(`${option} ${path} cannot be written (${(error as Error).message})`)
  }
}
