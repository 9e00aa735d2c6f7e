/** Why a backup is not restored, whatever sealed it. */
export type UnreadReason =
  /** What was opened is no backup of Socle. */
  | { readonly code: 'not_a_backup' }
  /** The archive ends before its end. */
  | { readonly code: 'breaks_off' }
  /** What arrived is not what the backup's own list says was written. */
  | { readonly code: 'differs_from_list'; readonly path: string }
  /** Written in a format that this version does not know. */
  | { readonly code: 'format_unknown'; readonly format: number; readonly known: number; readonly madeBy: string }
  /** Made by a later version: it holds migrations that this one does not know. */
  | { readonly code: 'made_by_later_version'; readonly madeBy: string; readonly migrations: readonly string[] }
  /** A migration of that name had another text: not the same program. */
  | { readonly code: 'migration_differs'; readonly madeBy: string; readonly migrations: readonly string[] }
  /** The queues were made by another version of pg-boss. */
  | { readonly code: 'queues_differ'; readonly madeBy: string; readonly has: string; readonly needs: string }
  /** After loading, the database gave back something else than was read. */
  | { readonly code: 'table_differs'; readonly table: string }

/** Thrown out of a stream, where no value can be answered: nothing was committed. */
export class BackupUnread extends Error {
  readonly reason: UnreadReason
  constructor(reason: UnreadReason) {
    super(`backup: ${JSON.stringify(reason)}`)
    this.reason = reason
  }
}
