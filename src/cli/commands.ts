import type { Command } from './command.ts'

/** Every command, loaded only when it is called: `socle decide` must not wait for the database driver. */
export const commands: Record<string, () => Promise<{ command: Command }>> = {
  start: () => import('./commands/start.ts'),
  demo: () => import('./commands/demo.ts'),
  snapshot: () => import('./commands/snapshot.ts'),
  simulate: () => import('./commands/simulate.ts'),
  determine: () => import('./commands/determine.ts'),
  decide: () => import('./commands/decide.ts'),
  import: () => import('./commands/import.ts'),
  switch: () => import('./commands/switch.ts'),
  feed: () => import('./commands/feed.ts'),
  match: () => import('./commands/match.ts'),
  duplicates: () => import('./commands/duplicates.ts'),
  pay: () => import('./commands/pay.ts'),
  provider: () => import('./commands/provider.ts'),
  reconcile: () => import('./commands/reconcile.ts'),
  staff: () => import('./commands/staff.ts'),
  service: () => import('./commands/service-account.ts'),
  audit: () => import('./commands/audit.ts'),
  privacy: () => import('./commands/privacy.ts'),
  backup: () => import('./commands/backup.ts'),
  restore: () => import('./commands/restore.ts'),
  doctor: () => import('./commands/doctor.ts'),
  worker: () => import('./commands/worker.ts'),
  reset: () => import('./commands/reset.ts'),
  rules: () => import('./commands/rules.ts'),
}
