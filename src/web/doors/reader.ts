import { type Database, type Transaction, transaction } from '#db'
import {
  type AuditedAct,
  type AuditedReading,
  actorFor,
  appendAudit,
  appendReading,
  findStaffAccess,
  type Permission,
  type StaffAccess,
} from '#security'
import type { StaffMember } from '../context.ts'

/** Runs a reading of the console for a permission of its reader: the database shows what is granted for it, with the grants of this moment. */
export async function readAs<Value>(
  app: Database,
  reader: StaffMember,
  permission: Permission,
  read: (tx: Transaction) => Promise<Value>,
): Promise<Value> {
  return readWith(app, await accessOf(app, reader), permission, read)
}

/** The same for one person's or household's file: who opened it is written in the same transaction, once it is found. */
export async function openAs<Value>(
  app: Database,
  reader: StaffMember,
  permission: Permission,
  read: (tx: Transaction) => Promise<Opened<Value> | undefined>,
): Promise<Value | undefined> {
  return openWith(app, await accessOf(app, reader), permission, read)
}

/** What was read of a file, and what the audit keeps of it. */
export type Opened<Value> = { readonly value: Value; readonly act: AuditedAct }

/** The reader with the grants of this moment. Somebody whose account is gone between two clicks holds none. */
export async function accessOf(app: Database, reader: StaffMember): Promise<StaffAccess> {
  const access = await findStaffAccess(app, reader.id)
  return access ?? { staffId: reader.id, name: reader.name, grants: [], closed: [], emergencies: [], at: new Date(0) }
}

export function readWith<Value>(
  app: Database,
  access: StaffAccess,
  permission: Permission,
  read: (tx: Transaction) => Promise<Value>,
): Promise<Value> {
  return transaction(app, actorFor(access, permission), read)
}

export function openWith<Value>(
  app: Database,
  access: StaffAccess,
  permission: Permission,
  read: (tx: Transaction) => Promise<Opened<Value> | undefined>,
): Promise<Value | undefined> {
  return readWith(app, access, permission, async tx => {
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
  permission: Permission,
  read: (tx: Transaction) => Promise<{ readonly value: Value; readonly reading: AuditedReading }>,
): Promise<Value> {
  return readAs(app, reader, permission, async tx => {
    const { value, reading } = await read(tx)
    await appendReading(tx, reading)
    return value
  })
}
