import type { SnapshotRefusal } from '#households'

/** Why a snapshot is not read, in a sentence. */
export function snapshotRefusalText(refusal: SnapshotRefusal): string {
  switch (refusal.code) {
    case 'no_snapshot':
      return `${refusal.folder} is no snapshot: it has no manifest.json; see socle snapshot list`
    case 'manifest_refused':
      return `${refusal.folder}: ${refusal.says}`
    case 'other_country':
      return `this is a snapshot of ${refusal.country}, not of ${refusal.expected}`
    case 'other_catalogue':
      return `${refusal.folder} was taken by another fact catalogue: ${refusal.says}. Take a new snapshot`
    case 'file_refused':
      return `${refusal.path} is not the file that was written: ${refusal.says}`
  }
}
