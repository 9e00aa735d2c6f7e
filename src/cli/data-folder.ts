/** What becomes of a thing in the data folder when the data are backed up. */
type Fate =
  /** The backup holds its files. */
  | 'kept'
  /** A key or a password: never in the backup of what it protects. */
  | 'secret'
  /** The embedded PostgreSQL: the backup holds what is in it. */
  | 'database'
  /** Made again from the rest, or nobody's loss. */
  | 'made again'
  /** Backups themselves, and what a restore under way puts aside. */
  | 'backup'

/** Everything that Socle puts into its data folder; anything else there is somebody else's. */
export const dataFolder: Readonly<Record<string, Fate>> = {
  postgres: 'database',
  database: 'database',
  payments: 'kept',
  snapshots: 'kept',
  rejects: 'kept',
  checkpoints: 'kept',
  evidence: 'kept',
  letters: 'kept',
  build: 'made again',
  browser: 'made again',
  'demonstration.json': 'secret',
  'session-secret': 'secret',
  'audit-key.pem': 'secret',
  'column-keys': 'secret',
  'pseudonym-key': 'secret',
  backups: 'backup',
  restoring: 'backup',
}

export function namedIn(fate: Fate): string[] {
  return Object.keys(dataFolder).filter(name => dataFolder[name] === fate)
}
