import { PG_BOSS } from '../jobs-schema.ts'
import type { Migration } from '../migration-files.ts'
import { type BackupHeader, FORMAT } from './format.ts'
import type { UnreadReason } from './unread.ts'

/**
 * May this version restore that backup? Answers the migrations that the database had: the restore applies exactly these,
 * loads, and then applies what came since. A backup of a later version, or of another program, is refused.
 */
export function decideRestorable(
  header: BackupHeader,
  known: readonly Migration[],
  queues: string = PG_BOSS,
): { readonly migrations: readonly Migration[] } | UnreadReason {
  const { format, socle: madeBy } = header
  if (format !== FORMAT) return { code: 'format_unknown', format, known: FORMAT, madeBy }
  const [jobs, own] = [
    header.migrations.filter(one => one.module === 'jobs'),
    header.migrations.filter(one => one.module !== 'jobs'),
  ]
  const texts = new Map(known.map(one => [`${one.module}/${one.name}`, one.checksum]))
  const named = own.map(one => ({ ...one, name: `${one.module}/${one.name}` }))
  const later = named.filter(one => !texts.has(one.name)).map(one => one.name)
  if (later.length > 0) return { code: 'made_by_later_version', madeBy, migrations: later }
  const altered = named.filter(one => texts.get(one.name) !== one.checksum).map(one => one.name)
  if (altered.length > 0) return { code: 'migration_differs', madeBy, migrations: altered }
  const has = jobs.at(-1)?.name ?? 'none'
  if (has !== `pg-boss-${queues}`) return { code: 'queues_differ', madeBy, has, needs: `pg-boss-${queues}` }
  const applied = new Set(named.map(one => one.name))
  return { migrations: known.filter(one => applied.has(`${one.module}/${one.name}`)) }
}
