// What lies in a folder of snapshots, whatever its state: what they take, and which are not as they were written.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Manifest, readManifest } from './manifest.ts'
import { SnapshotFolder } from './new-folder.ts'

export type SurveyedSnapshot = {
  readonly folder: string
  /** On disk. */
  readonly bytes: number
  /** Null where it cannot be read. */
  readonly manifest: Manifest | null
  /** Why it cannot be decided on; null where its files are there at their length. Their bytes are `verifyFiles`' to check. */
  readonly damage: string | null
}

export type SnapshotSurvey = {
  /** The latest first; those without a manifest that can be read come last. */
  readonly snapshots: readonly SurveyedSnapshot[]
  /** Folders that a process left half written or half removed. */
  readonly leftOver: readonly { readonly folder: string; readonly bytes: number; readonly wasBeingRemoved: boolean }[]
}

/** Looks at every snapshot of a folder without reading the households. */
export function surveySnapshots(folder: string): SnapshotSurvey {
  if (!existsSync(folder)) return { snapshots: [], leftOver: [] }
  const folders = readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => ({ name, folder: join(folder, name), bytes: bytesIn(join(folder, name)) }))
  const snapshots = folders
    .filter(({ name }) => !name.startsWith('.'))
    .map(({ folder, bytes }) => ({ folder, bytes, ...stateOf(folder) }))
    .sort((one, other) => ((one.manifest?.asOf ?? '') < (other.manifest?.asOf ?? '') ? 1 : -1))
  const leftOver = folders
    .filter(({ name }) => SnapshotFolder.isLeftOver(name))
    .map(({ name, folder, bytes }) => ({ folder, bytes, wasBeingRemoved: SnapshotFolder.isAside(name) }))
  return { snapshots, leftOver }
}

function stateOf(folder: string): Pick<SurveyedSnapshot, 'manifest' | 'damage'> {
  const path = join(folder, 'manifest.json')
  if (!existsSync(path)) return { manifest: null, damage: 'it has no manifest.json' }
  const manifest = readManifest(readFileSync(path, 'utf8'))
  if (typeof manifest === 'string') return { manifest: null, damage: manifest.replaceAll(/\s*\n\s*/g, ' ') }
  for (const { path: name, bytes } of manifest.files) {
    const file = join(folder, name)
    if (!existsSync(file)) return { manifest, damage: `${name} is gone` }
    const { size } = statSync(file)
    if (size !== bytes) return { manifest, damage: `${name} has ${size} bytes, the manifest says ${bytes}` }
  }
  return { manifest, damage: null }
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, { name }) => sum + statSync(join(folder, name)).size, 0)
}
