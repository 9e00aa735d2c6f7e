import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises'
import { type Actor, type Database, type Transaction, transaction } from '#db'
import type { Result } from '#kernel'
import {
  type FileRefusal,
  type FileRequest,
  type MadeFile,
  makeRunFile,
  type ProviderFile,
  type ProviderFileRefusal,
  type ProviderPort,
  type RunId,
  writeProviderFile,
} from '#payments'
import { UsageError } from './command.ts'

/**
 * Writes the payment file of a run to a path, readable by its owner only. It has its name once it is whole and recorded:
 * what a killed process leaves behind is a `.part` of its own, and the same call writes the same bytes again.
 */
export function writePaymentFile(
  worker: Database,
  by: Actor,
  request: FileRequest,
  path: string,
): Promise<Result<MadeFile, FileRefusal>> {
  return writeWhole(worker, by, path, (tx, write) => makeRunFile(tx, request, write))
}

/** The same for what a run orders of one provider. */
export function writeOrdersFile(
  worker: Database,
  by: Actor,
  request: { readonly run: RunId; readonly provider: string; readonly port: ProviderPort | undefined },
  path: string,
): Promise<Result<ProviderFile, ProviderFileRefusal>> {
  return writeWhole(worker, by, path, (tx, write) => writeProviderFile(tx, request, write))
}

async function writeWhole<Value, Refusal>(
  worker: Database,
  by: Actor,
  path: string,
  make: (tx: Transaction, write: (piece: string) => Promise<void>) => Promise<Result<Value, Refusal>>,
): Promise<Result<Value, Refusal>> {
  const part = `${path}.${process.pid}.part`
  const file = await openBeside(path, part)
  try {
    const made = await transaction(worker, by, async tx => {
      // The transaction may be run again: each time the file begins anew.
      await file.truncate(0)
      let at = 0
      const answer = await make(tx, async piece => {
        at += (await file.write(piece, at)).bytesWritten
      })
      await file.sync()
      return answer
    })
    // Where nothing is in the file, there is none.
    if (made.ok && (await file.stat()).size > 0) await rename(part, path)
    else await rm(part)
    return made
  } finally {
    await file.close()
  }
}

/** What takes the name at the end must replace a file or nothing: never a folder, a link or a device. */
async function openBeside(path: string, part: string): Promise<FileHandle> {
  const standing = await lstat(path).catch(() => undefined)
  if (standing && !standing.isFile()) throw new UsageError(`--out takes the name of a file; ${path} is something else`)
  try {
    // Made anew: what an earlier process of this number left may have other rights.
    await rm(part, { force: true })
    return await open(part, 'wx', 0o600)
  } catch (error) {
    throw new UsageError(
      `the payment file cannot be written (${(error as Error).message}); --out takes the name of a file in a folder where you may write`,
    )
  }
}
