// What a backup says of itself: its first entry (header.json) and its last (manifest.json). README.md has the whole.
import { z } from 'zod'

export const FORMAT = 1
/** Pieces of a table: each is an entry of its own, since an entry's length is written before its bytes. */
export const PIECE_BYTES = 4 * 1024 * 1024

const migration = z.strictObject({ module: z.string(), name: z.string(), checksum: z.string() })
const column = z.strictObject({ name: z.string(), type: z.string() })
const table = z.strictObject({ schema: z.string(), name: z.string(), columns: z.array(column) })

export const headerShape = z.object({
  format: z.number().int(),
  id: z.uuid(),
  /** Version of Socle that wrote it. */
  socle: z.string(),
  postgres: z.string(),
  database: z.string(),
  /** Instant of the snapshot, ISO 8601 in UTC. */
  snapshotAt: z.string(),
  migrations: z.array(migration),
  tables: z.array(table),
  /** Keys that the restored installation will need and that no backup holds, with what each is for. */
  keys: z.array(z.strictObject({ name: z.string(), says: z.string() })),
})
/** What a header of any format says. */
export const versionShape = z.object({ format: z.number().int(), socle: z.string() })
export type BackupHeader = z.infer<typeof headerShape>
export type BackupTable = z.infer<typeof table>

const digest = z.string().regex(/^[0-9a-f]{64}$/)
export const manifestShape = z.object({
  tables: z.array(
    z.strictObject({ table: z.string(), rows: z.number().int(), bytes: z.number().int(), sha256: digest }),
  ),
  files: z.array(z.strictObject({ path: z.string(), bytes: z.number().int(), sha256: digest })),
  sequences: z.array(z.strictObject({ name: z.string(), value: z.string(), called: z.boolean() })),
})
export type BackupManifest = z.infer<typeof manifestShape>

/** `payments.transfer` */
export function tableName({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return `${schema}.${name}`
}
