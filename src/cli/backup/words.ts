import type { BackupHeader, RestoreRefusal } from '#db'
import { Unopened, type UnopenedReason } from '#security'

/** Why a file is not restored, as a sentence. */
export function refusalText(path: string, refusal: RestoreRefusal | UnopenedReason): string {
  switch (refusal.code) {
    case 'not_sealed':
      return `${path} is not a backup: it does not begin as a sealed file does.`
    case 'other_kind_of_key':
      return refusal.kind === 'scrypt'
        ? `${path} is sealed for a key, not for a passphrase: give --key.`
        : `${path} is sealed for a passphrase, not for a key: give --passphrase-file.`
    case 'another_key':
      return `${path} is sealed for another key or passphrase than the one given.`
    case 'altered':
      return `${path} was altered ${placeText(refusal.at)}: it is not what was written. Take another copy.`
    case 'cut_off':
      return `${path} is cut off ${placeText(refusal.at)}: the rest is missing. Take another copy.`
    case 'not_a_backup':
      return `${path} opens, but what is in it is not a backup of Socle.`
    case 'breaks_off':
      return `${path} breaks off inside: it was sealed before it was whole.`
    case 'differs_from_list':
      return `${path}: ${refusal.path} is not what the backup's own list says.`
    case 'format_unknown':
      return `${path} is in format ${refusal.format}, made by Socle ${refusal.madeBy}; this version reads format ${refusal.known}. Restore it with that version.`
    case 'made_by_later_version':
      return `${path} was made by a later Socle (${refusal.madeBy}): this one does not know ${refusal.migrations.join(', ')}. Install that version, or a later one, and restore with it.`
    case 'migration_differs':
      return `${path} was made by another program (Socle ${refusal.madeBy}): ${refusal.migrations.join(', ')} had another text there.`
    case 'queues_differ':
      return `${path} holds queues of ${refusal.has}; this version has ${refusal.needs}. Restore it with Socle ${refusal.madeBy}, then start this version on the result.`
    case 'table_differs':
      return `After loading, ${refusal.table} does not give back what ${path} holds. Nothing was kept.`
    case 'in_use':
      return `The database is in use (${refusal.connections} connections of Socle): stop Socle there, then try again.`
    case 'not_empty':
      return `The database is not empty (${some(refusal.tables)}): a backup is restored into an empty one. Give --database NAME for a new one, or SOCLE_DATA for another folder.`
  }
}

/** A sealed file that does not open is a sentence; anything else is thrown on. */
export function unopenedText(path: string, error: unknown): string {
  if (error instanceof Unopened) return refusalText(path, error.reason)
  if ((error as NodeJS.ErrnoException).code?.startsWith('ZSTD'))
    return `${path} opens, but what is in it is not a backup of Socle.`
  throw error
}

export function keysText({ keys }: BackupHeader): string {
  return keys.map(({ name, says }) => `  ${name}: ${says}\n`).join('')
}

function placeText(at: 'head' | number): string {
  return at === 'head' ? 'in its head' : `at about ${Math.round((at * 64) / 102.4) / 10} MB`
}

function some(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more tables`
}
