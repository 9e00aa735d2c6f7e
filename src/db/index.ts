export {
  type Actor,
  type AnonymousActor,
  anonymous,
  type CitizenActor,
  type ServiceActor,
  type StaffActor,
  type WorkerActor,
  workerActor,
} from './actor.ts'
export type { BackupHeader, BackupManifest } from './backup/format.ts'
export {
  type BackupState,
  backupState,
  recordBackup,
  recordVerification,
  type WrittenBackup,
} from './backup/journal.ts'
export { type Restored, type RestoreRefusal, type RestoreRequest, restoreBackup } from './backup/read-backup.ts'
export { inDatabase, ScratchBusy, withScratchDatabase } from './backup/scratch.ts'
export { type BackupProgress, type BackupRequest, type BackupSummary, writeBackup } from './backup/write-backup.ts'
export { BinaryCopyRows, type CopyField, readBinaryCopy } from './binary-copy.ts'
export { schemaChecks, workChecks } from './checks.sql.ts'
export type { DataCheck } from './data-check.ts'
export { connectAs, type Database, disconnect, type Role } from './database.ts'
export {
  type DeadDelivery,
  deadDeliveries,
  deliverEvents,
  registerSubscriptions,
  reviveDeliveries,
  type Subscription,
} from './delivery.ts'
export { removeCluster, useCluster } from './embedded/cluster.ts'
export { appendEvent, appendEvents, type Event, type NewEvent } from './event.ts'
export { bringIndexesBack, hasIndexesAside } from './indexes-aside.ts'
export { defineJob, enqueue, type JobContext, type JobDefinition } from './job.ts'
export { jsonb, jsonText } from './json.ts'
export { migrate, migrationState } from './migrate.ts'
export { fingerprint, readMigrations } from './migration-files.ts'
export { type DatabaseSettings, type Databases, databasesOf, openDatabase } from './open.ts'
export { roleUrls } from './roles.ts'
export { describeSchema, uncommented } from './schema-dump.ts'
export {
  clientOf,
  databaseOf,
  exportView,
  type Transaction,
  type TransactionOptions,
  transaction,
} from './transaction.ts'
export { type RepeatedTask, startWorker, type Worker, type WorkerOptions } from './worker.ts'
