import { open, rename, rm } from 'node:fs/promises'
import { type Actor, type Database, transaction } from '#db'
import type { Result } from '#kernel'
import { type FileRequest, makeRunFile, type RunFile, type StepRefusal } from '#payments'

/**
 * Writes the payment file of a run to a path, readable by its owner only. It has its name once it is whole and recorded:
 * what a stopped command leaves behind is a `.part`, and the same call writes the same bytes again.
 */
export async function writePaymentFile(
  worker: Database,
  by: Actor,
  request: FileRequest,
  path: string,
): Promise<Result<RunFile, StepRefusal>> {
  const part = `${path}.part`
  // Made anew, so that its rights are ours and not those of something left behind.
  await rm(part, { force: true })
  const file = await open(part, 'wx', 0o600)
  try {
    const made = await transaction(worker, by, async tx => {
      // The transaction may be run again: each time the file begins anew.
      await file.truncate(0)
      let at = 0
      const answer = await makeRunFile(tx, request, async piece => {
        at += (await file.write(piece, at)).bytesWritten
      })
      await file.sync()
      return answer
    })
    if (made.ok) await rename(part, path)
    else await rm(part)
    return made
  } finally {
    await file.close()
  }
}
