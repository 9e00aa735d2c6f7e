import { randomBytes } from 'node:crypto'
import { type Databases, transaction, workerActor } from '#db'
import { resealColumns } from '#privacy'
import { appendAudit, forgetColumnKeys, rotateColumnKeys, wrappingKey } from '#security'
import { columnKeyPath, readSecretLines, takeColumnKeys, writeSecretLines } from '../column-key.ts'
import type { ExitCode, Io } from '../command.ts'
import { installationConfig, withDatabase } from '../installation.ts'
import { grouped } from '../progress.ts'

/**
 * A new wrapping key, every data key wrapped under it, a new data key, and every value sealed again under that one. Killed
 * anywhere, each value can be read, and asking again goes on: the file holds the old key until nothing is wrapped by it.
 */
export async function rotateKeys(io: Io): Promise<ExitCode> {
  const path = columnKeyPath(installationConfig())
  takeColumnKeys(path)
  const before = readSecretLines(path)
  // Two keys in the file: an earlier rotation stopped before its end, and its key is taken up.
  const next = before.length > 1 ? before[0]! : randomBytes(32)
  if (before.length === 1) writeSecretLines(path, [next, ...before])
  return withDatabase<ExitCode>(io, async databases => {
    const number = await rotate(databases, before, next)
    writeSecretLines(path, [next])
    forgetColumnKeys([databases.app, databases.worker])
    io.out(`${path}: new key ${wrappingKey(next).id}; data key ${number} seals from now on.\n`)
    const { numbers, phones, documents, messages, drafts, requests } = await resealColumns(databases.worker, io.signal)
    io.out(
      `Sealed again: ${grouped(numbers)} account numbers, ${grouped(phones)} telephones, ${grouped(documents)} documents, ` +
        `${grouped(messages)} messages, ${grouped(drafts)} drafts and papers, ${grouped(requests)} requests for a correction.\n`,
    )
    return 0
  })
}

function rotate({ worker }: Databases, before: readonly Buffer[], next: Buffer): Promise<number> {
  return transaction(worker, workerActor('privacy rotate-keys'), async tx => {
    const to = wrappingKey(next)
    const number = await rotateColumnKeys(tx, { from: before.map(wrappingKey), to })
    await appendAudit(tx, {
      action: 'column_key.rotate',
      subject: { kind: 'column_key', id: String(number) },
      purpose: 'administration: keys of sealed columns',
      detail: { wrapped_by: to.id },
    })
    return number
  })
}
