import { type Database, type StaffActor, type Transaction, transaction } from '#db'
import { type AuditedAct, type AuditedReading, appendAudit, appendReading, findStaffActor } from '#security'
import type { StaffMember } from '../context.ts'

/** Runs a reading of the console as its reader: the database shows what that person may see, with the grants of this moment. */
export async function readAs<Value>(
  app: Database,
  reader: StaffMember,
  read: (tx: Transaction) => Promise<Value>,
): Promise<Value> {
  return transaction(app, await actorOf(app, reader), read)
}

/** The same for one person's or household's file: who opened it is written in the same transaction, once it is found. */
export async function openAs<Value>(
  app: Database,
  reader: StaffMember,
  read: (tx: Transaction) => Promise<{ readonly value: Value; readonly act: AuditedAct } | undefined>,
): Promise<Value | undefined> {
  return transaction(app, await actorOf(app, reader), async tx => {
    const found = await read(tx)
    if (!found) return undefined
    await appendAudit(tx, found.act)
    return found.value
  })
}

/** The same for a list of persons or households: a reading of each that it shows. */
export async function listAs<Value>(
  app: Database,
  reader: StaffMember,
  read: (tx: Transaction) => Promise<{ readonly value: Value; readonly reading: AuditedReading }>,
): Promise<Value> {
  return transaction(app, await actorOf(app, reader), async tx => {
    const { value, reading } = await read(tx)
    await appendReading(tx, reading)
    return value
  })
}

/** Somebody whose account is gone between two clicks sees nothing, as somebody without a grant does. */
async function actorOf(app: Database, reader: StaffMember): Promise<StaffActor> {
  const actor = await findStaffActor(app, reader.id)
  return actor ?? { kind: 'staff', staffId: reader.id, name: reader.name, territories: [] }
}
