// What a machine and its settings are like, and what to say of it. Facts are gathered elsewhere: this decides.
import type { Finding } from '#kernel'

const GB = 2 ** 30

export type DiskFacts = { readonly folder: string; readonly freeBytes: number; readonly bytes: number }

export function decideDisk({ folder, freeBytes, bytes }: DiskFacts): Finding[] {
  const check = 'disk'
  const share = Math.round((100 * freeBytes) / bytes)
  const says = `${(freeBytes / GB).toFixed(1)} GB (${share} %) are free where ${folder} is.`
  const todo =
    'Free some space or move the data to a larger disk: PostgreSQL stops when it is full. Old backups and logs go first.'
  if (freeBytes < GB || share < 5) return [{ check, severity: 'serious', says, todo }]
  if (freeBytes < 5 * GB || share < 15) return [{ check, severity: 'warning', says, todo }]
  return []
}

export type MemoryFacts = { readonly bytes: number; readonly availableBytes: number }

export function decideMemory({ bytes, availableBytes }: MemoryFacts): Finding[] {
  const check = 'memory'
  if (bytes < 2 * GB) {
    const says = `This machine has ${(bytes / GB).toFixed(1)} GB of memory.`
    return [
      {
        check,
        severity: 'warning',
        says,
        todo: 'Give it 2 GB at least, 4 GB for a region: runs will be slow or killed.',
      },
    ]
  }
  if (availableBytes < bytes / 20) {
    const says = `Only ${Math.round((100 * availableBytes) / bytes)} % of the memory is free.`
    return [
      {
        check,
        severity: 'warning',
        says,
        todo: 'See what else runs here; the system kills the largest program when none is left.',
      },
    ]
  }
  return []
}

/** `aheadMs`: how far the machine's clock is ahead of the database's. `uncertainMs`: how long the question took. */
export function decideClock({
  aheadMs,
  uncertainMs,
}: {
  readonly aheadMs: number
  readonly uncertainMs: number
}): Finding[] {
  const apart = Math.abs(aheadMs) - uncertainMs
  if (apart < 5000) return []
  return [
    {
      check: 'clock',
      severity: apart < 60_000 ? 'warning' : 'serious',
      says: `The clocks of this machine and of the database are ${Math.round(apart / 1000)} seconds apart.`,
      todo: 'Keep both by NTP (timedatectl set-ntp true): sessions, codes and deadlines go by them.',
    },
  ]
}

export type VersionFacts = { readonly node: string; readonly postgres: number; readonly embedded: boolean }

/** `postgres`: server_version_num. */
export function decideVersions({ node, postgres, embedded }: VersionFacts): Finding[] {
  const check = 'versions'
  const findings: Finding[] = []
  if (!/^v?26\./.test(node)) {
    const todo = 'Start Socle through npm (npm start, npx socle): npm ci installs the Node that it is tested with.'
    findings.push({ check, severity: 'warning', says: `This runs on Node ${node}; Socle is tested on 26.`, todo })
  }
  if (postgres < 160_000) {
    const says = `The database is PostgreSQL ${Math.floor(postgres / 10_000)}; Socle needs 16 or later.`
    findings.push({ check, severity: 'serious', says, todo: 'Upgrade the server; restore a backup into the new one.' })
  }
  if (embedded) {
    const says = 'The database is the embedded PostgreSQL: for trial and small sites.'
    const todo = 'For a ministry, set DATABASE_URL to a PostgreSQL that is looked after, and restore a backup there.'
    findings.push({ check, severity: 'notice', says, todo })
  }
  return findings
}

export type MigrationFacts = {
  readonly missing: readonly string[]
  readonly unknown: readonly string[]
  readonly altered: readonly string[]
}

export function decideMigrations({ missing, unknown, altered }: MigrationFacts): Finding[] {
  const check = 'migrations'
  const findings: Finding[] = []
  if (unknown.length > 0) {
    const says = `The database was made by a later version of Socle: ${unknown.join(', ')}.`
    findings.push({
      check,
      severity: 'serious',
      says,
      todo: 'Install that version, or a later one; this one does not start on it.',
    })
  }
  if (altered.length > 0) {
    const says = `Migrations were altered after they had been applied: ${altered.join(', ')}.`
    findings.push({ check, severity: 'serious', says, todo: 'Put the files of the release back.' })
  }
  if (missing.length > 0) {
    const says = `${missing.length} migrations wait: ${missing.join(', ')}.`
    findings.push({ check, severity: 'warning', says, todo: 'Back up, then start Socle: it applies them.' })
  }
  return findings
}

export type FileFacts = { readonly path: string; readonly mode: number }

/** Files of secrets that others than their owner can read. */
export function decideSecretFiles(files: readonly FileFacts[]): Finding[] {
  return files
    .filter(file => (file.mode & 0o077) !== 0)
    .map(({ path, mode }) => ({
      check: 'secret-files',
      severity: 'serious',
      says: `${path} can be read or changed by others than its owner (mode ${(mode & 0o777).toString(8)}).`,
      todo: `chmod 600 ${path} (700 for a folder), and take the secret as known: draw another one (docs/operations.md).`,
    }))
}

export function decideStrangers(data: string, names: readonly string[]): Finding[] {
  if (names.length === 0) return []
  const says = `${data} holds things that are not Socle's: ${names.slice(0, 5).join(', ')}. They are in no backup.`
  return [{ check: 'data-folder', severity: 'notice', says, todo: 'Keep them elsewhere.' }]
}

export type AddressFacts = {
  readonly host: string
  readonly publicUrl: string | undefined
  /** DATABASE_URL is set: an installation meant to stay. */
  readonly ownDatabase: boolean
  /** SOCLE_SECRET is set. */
  readonly ownSecret: boolean
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1|\[::1\])$/

export function decideAddress({ host, publicUrl, ownDatabase, ownSecret }: AddressFacts): Finding[] {
  const findings: Finding[] = []
  const check = 'address'
  const url = publicUrl === undefined ? undefined : new URL(publicUrl)
  if (url?.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    const says = `People reach Socle at ${url.origin}, without TLS: passwords and families' data can be read on the way.`
    findings.push({
      check,
      severity: 'serious',
      says,
      todo: 'Put a proxy with a certificate before it and set SOCLE_PUBLIC_URL to the https address.',
    })
  }
  if (url === undefined && !LOOPBACK.test(host)) {
    const says = `Socle listens at ${host} and SOCLE_PUBLIC_URL is not set: cookies are not kept to TLS.`
    findings.push({
      check,
      severity: 'serious',
      says,
      todo: 'Set SOCLE_PUBLIC_URL to the https address that people type; keep SOCLE_HOST at 127.0.0.1 behind a proxy here.',
    })
  }
  if (ownDatabase && !ownSecret) {
    const says = 'SOCLE_SECRET is not set: each machine draws its own, and a session of one is unknown to the other.'
    findings.push({
      check,
      severity: 'notice',
      says,
      todo: 'Set the same SOCLE_SECRET on every machine, kept with the keys.',
    })
  }
  return findings
}

export type CertificateFacts =
  | { readonly host: string; readonly problem: string }
  | { readonly host: string; readonly validTo: Date }

export function decideCertificate(facts: CertificateFacts, now: Date): Finding[] {
  const check = 'certificate'
  if ('problem' in facts) {
    const says = `${facts.host} does not answer with a certificate that browsers accept: ${facts.problem}.`
    return [
      {
        check,
        severity: 'serious',
        says,
        todo: 'See whether the proxy runs, and renew its certificate for exactly this name.',
      },
    ]
  }
  const days = Math.floor((facts.validTo.getTime() - now.getTime()) / 86_400_000)
  if (days >= 21) return []
  const says = `The certificate of ${facts.host} ends in ${days} days.`
  return [
    {
      check,
      severity: days < 7 ? 'serious' : 'warning',
      says,
      todo: 'Renew it; see why that did not happen by itself.',
    },
  ]
}

export type DemonstrationFacts = {
  /** The data folder's note: passwords of the demonstration stand in it and on the sign-in page. */
  readonly noted: boolean
  /** Members of staff of the demonstration that this database knows. */
  readonly people: readonly string[]
  /** Reached by others than the person at this machine, or on a database meant to stay. */
  readonly forOthers: boolean
}

export function decideDemonstration({ noted, people, forOthers }: DemonstrationFacts): Finding[] {
  if (!forOthers || (!noted && people.length === 0)) return []
  return [
    {
      check: 'demonstration',
      severity: 'serious',
      says: noted
        ? 'This is a demonstration whose sign-in page shows its password, and it is open to others.'
        : `Members of staff of the demonstration stand in the register of this installation: ${people.join(', ')}.`,
      todo: noted
        ? 'Begin anew with npm start -- --empty in another data folder.'
        : 'End their grants and close their accounts.',
    },
  ]
}

export type CheckpointFacts = { readonly day: string; readonly path: string; readonly state: string }

const CHECKPOINT_DAYS = 2

/** `kept`: by day, the first first. `sealed`: the audit has something to witness. `today`: YYYY-MM-DD in UTC. */
export function decideCheckpoints(kept: readonly CheckpointFacts[], sealed: boolean, today: string): Finding[] {
  const check = 'checkpoints'
  const findings: Finding[] = kept
    .filter(one => one.state !== 'holds')
    .map(({ path, state }) => ({
      check,
      severity: state === 'unknown_key' ? 'warning' : 'serious',
      says: `${path} does not witness the audit as it stands (${state}).`,
      todo: 'npx socle audit verify --checkpoint with the copy that was handed over: it says whether the file or the chain was changed.',
    }))
  const last = kept.at(-1)
  const days = last === undefined ? undefined : daysBetween(last.day, today)
  if (sealed && (days === undefined || days > CHECKPOINT_DAYS)) {
    const says =
      days === undefined
        ? 'There is no checkpoint of the audit.'
        : `The last checkpoint of the audit is ${days} days old.`
    const todo =
      'A running worker writes one every day: start Socle, or npx socle audit checkpoint. Hand it over to whoever keeps them.'
    findings.push({ check, severity: 'warning', says, todo })
  }
  return findings
}

function daysBetween(from: string, to: string): number {
  return Temporal.PlainDate.from(from).until(to).days
}
