import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Country } from '#countries'
import { ok, type Result } from '#kernel'
import { catalogueKept } from './catalogue-kept.ts'
import { type Manifest, manifestText, type SnapshotFile, sealManifest } from './manifest.ts'
import type { Snapshot } from './snapshot.ts'

/** Names of folders beside snapshots that are none: half written, or put aside to be removed. */
export const SnapshotFolder = {
  part: (country: string) => `.part-${process.pid}-${country}`,
  aside: (name: string) => `.removed-${name}`,
  isAside: (name: string) => name.startsWith('.removed-'),
  isLeftOver: (name: string) => SnapshotFolder.isAside(name) || isLeftPart(name),
} as const

/** What a folder was filled with. */
export type Filled = Pick<Manifest, 'asOf' | 'effectiveOn' | 'modelled' | 'origin'> & {
  readonly files: readonly SnapshotFile[]
}

/**
 * Fills a hidden folder, then gives it the snapshot's name: a folder with that name is whole. What processes that died
 * left is discarded first. A refusal leaves nothing.
 */
export async function inNewFolder<Refusal>(
  folder: string,
  country: Country,
  fill: (part: string) => Promise<Result<Filled, Refusal>>,
): Promise<Result<Snapshot, Refusal>> {
  mkdirSync(folder, { recursive: true })
  discardLeftOvers(folder)
  const part = join(folder, SnapshotFolder.part(country.code))
  rmSync(part, { recursive: true, force: true })
  mkdirSync(part)
  try {
    const filled = await fill(part)
    if (!filled.ok) return filled
    const manifest = manifestOf(country, filled.value)
    writeFileSync(join(part, 'manifest.json'), manifestText(manifest))
    const named = join(folder, `${country.code}-${manifest.effectiveOn}-${manifest.hash.slice(0, 12)}`)
    rmSync(named, { recursive: true, force: true })
    renameSync(part, named)
    return ok({ folder: named, manifest })
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
}

function manifestOf(country: Country, { files, ...filled }: Filled): Manifest {
  return sealManifest({
    format: 'socle-snapshot/1',
    country: country.code,
    ...filled,
    catalogue: catalogueKept(country.catalogue),
    households: files.reduce((sum, file) => sum + file.households, 0),
    members: files.reduce((sum, file) => sum + file.members, 0),
    files: [...files].sort((one, other) => (one.path < other.path ? -1 : 1)),
  })
}

function discardLeftOvers(folder: string): void {
  for (const name of readdirSync(folder).filter(isLeftPart))
    rmSync(join(folder, name), { recursive: true, force: true })
}

function isLeftPart(name: string): boolean {
  const pid = Number(/^\.part-(\d+)-/.exec(name)?.[1])
  return pid > 0 && pid !== process.pid && !isRunning(pid)
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}
