import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok, type Result } from '#kernel'
import { readChecked, type Snapshot, type SnapshotRefusal } from './snapshot.ts'

/** Bytes that are read and hashed while somebody waits for a page. */
const AT_ONCE = 64_000_000

/**
 * What can be said of a snapshot's files before anything begins on it: each is there and has its size, and those of a
 * snapshot of up to 64 MB have their hashes. Whoever reads a file checks its hash again, whatever its size.
 */
export async function lookAtFiles({ folder, manifest }: Snapshot): Promise<Result<null, SnapshotRefusal>> {
  const small = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0) <= AT_ONCE
  for (const file of manifest.files) {
    const path = join(folder, file.path)
    const size = await stat(path).then(
      found => found.size,
      () => undefined,
    )
    if (size === undefined) return err({ code: 'file_refused', path, says: 'it is gone' })
    if (size !== file.bytes)
      return err({ code: 'file_refused', path, says: `it has ${size} bytes, the manifest says ${file.bytes}` })
    const bytes = small ? readChecked(folder, file) : undefined
    if (typeof bytes === 'string') return err({ code: 'file_refused', path, says: bytes })
  }
  return ok(null)
}
