import type { Example } from './declared.ts'

/** Commands: those that act for a member of staff are tried with one of a foreign territory; the others belong to whoever holds the machine. */
export const commands: Readonly<Record<string, 'of the machine' | ((example: Example) => readonly string[][])>> = {
  audit: 'of the machine',
  backup: 'of the machine',
  conditions: () => [
    ['conditions', 'waive', '--programme', 'ma/tayssir', '--month', '2022-03', '--until', '2022-04', '--why', 'walk'],
  ],
  decide: 'of the machine',
  demo: 'of the machine',
  determine: 'of the machine',
  doctor: 'of the machine',
  duplicates: 'of the machine',
  feed: 'of the machine',
  import: 'of the machine',
  match: 'of the machine',
  reconcile: 'of the machine',
  pay: ({ reference }) => [
    ['pay', 'list'],
    ['pay', 'show', reference],
    ['pay', 'budget'],
    ['pay', 'limit'],
    ['pay', 'waiting'],
    ['pay', 'report'],
    ['pay', 'approve', reference],
    ['pay', 'sent', reference],
    ['pay', 'cancel', reference, '--why', 'walk'],
    ['pay', 'file', reference, '--out', 'walk.xml'],
    ['pay', 'prepare', '--programme', 'ma/asd', '--month', '2026-12', '--budget-line', 'WALK'],
  ],
  privacy: ({ household }) => [
    ['privacy', 'access', '--household', household, '--out', 'walk'],
    ['privacy', 'export', '--purpose', 'walk', '--month', '2026-12', '--out', 'walk.csv'],
  ],
  provider: 'of the machine',
  reset: 'of the machine',
  restore: 'of the machine',
  rules: 'of the machine',
  service: () => [['service', 'create', 'walk-x', '--organisation', 'X', '--scopes', 'household.read']],
  simulate: 'of the machine',
  snapshot: 'of the machine',
  staff: ({ name }) => [['staff', 'grant', name, '--role', 'auditor']],
  start: 'of the machine',
  shock: () => [
    ['shock', 'end', '019992f0-13ff-7dfa-8933-12e100bcbbb1', '--until', '2027-01', '--why', 'walk'],
    [
      ...['shock', 'declare', '--name', 'Walk', '--kind', 'drought', '--where', 'all', '--from', '2026-11'],
      ...['--until', '2027-01', '--evidence', 'walk', '--why', 'walk', '--waive'],
    ],
  ],
  switch: () => [['switch', 'preview', '--from', 'ma/tayssir', '--to', 'ma/asd']],
  worker: 'of the machine',
}
