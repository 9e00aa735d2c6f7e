// Facts of this machine and this installation, for doctor to decide on.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { sql } from 'kysely'
import type { Config } from '#config'
import { type Databases, migrationState, transaction, workerActor } from '#db'
import { surveySnapshots } from '#households'
import type { Finding } from '#kernel'
import { lastCheckpoint, listStaff } from '#security'
import { auditKeyPath } from '../audit-key.ts'
import { checkpointFolder, listCheckpoints } from '../checkpoints.ts'
import { columnKeyPath } from '../column-key.ts'
import { dataFolder, namedIn } from '../data-folder.ts'
import { PEOPLE } from '../demonstration/staff.ts'
import {
  type CertificateFacts,
  decideAddress,
  decideCertificate,
  decideCheckpoints,
  decideClock,
  decideDemonstration,
  decideDisk,
  decideMemory,
  decideMigrations,
  decideSecretFiles,
  decideStrangers,
  decideVersions,
} from './machine.ts'
import { decideSnapshots } from './snapshots.ts'

/** What needs no database: the machine, the data folder, the settings. */
export async function checkMachine(config: Config): Promise<Finding[]> {
  const { data, url } = config.database
  const findings = [
    ...decideMemory({
      bytes: Math.min(process.constrainedMemory() || totalmem(), totalmem()),
      availableBytes: freeBytes(),
    }),
    ...decideAddress({
      host: config.host,
      publicUrl: config.publicUrl,
      ownDatabase: url !== undefined,
      ownSecret: config.secret !== undefined,
    }),
    ...decideSecretFiles(secretFiles(config)),
  ]
  if (existsSync(data)) {
    const { bavail, blocks, bsize } = await statfs(data)
    const disk = { freeBytes: bavail * bsize, bytes: blocks * bsize }
    findings.push(...decideDisk({ folder: data, ...disk }))
    const folder = join(data, 'snapshots')
    findings.push(...decideSnapshots({ folder, ...surveySnapshots(folder), ...disk }))
    findings.push(
      ...decideStrangers(
        data,
        readdirSync(data).filter(name => !(name in dataFolder)),
      ),
    )
  }
  const address = config.publicUrl === undefined ? undefined : new URL(config.publicUrl)
  if (address?.protocol === 'https:') findings.push(...decideCertificate(await certificateOf(address), new Date()))
  return findings
}

/** What is asked of the server as a whole; `ready` is false when the schema is not this version's. */
export async function checkServer(
  databases: Databases,
  config: Config,
): Promise<{ readonly findings: Finding[]; readonly ready: boolean }> {
  const state = await migrationState(databases.owner)
  const findings = decideMigrations(state)
  const ready = state.missing.length + state.unknown.length === 0
  const asked = await transaction(databases.owner, workerActor('socle doctor'), async tx => {
    const before = Date.now()
    const { rows } = await sql<{ now: Date; postgres: number }>`
      select clock_timestamp() as now, current_setting('server_version_num')::int as postgres`.execute(tx)
    const after = Date.now()
    return { ...rows[0]!, aheadMs: (before + after) / 2 - rows[0]!.now.getTime(), uncertainMs: after - before }
  })
  findings.push(...decideClock(asked))
  const embedded = config.database.url === undefined
  findings.push(...decideVersions({ node: process.version, postgres: asked.postgres, embedded }))
  if (ready) {
    findings.push(...decideDemonstration(await demonstrationFacts(databases, config)))
    findings.push(...(await checkCheckpoints(databases, config, asked.now)))
  }
  return { findings, ready }
}

async function checkCheckpoints({ worker }: Databases, config: Config, now: Date): Promise<Finding[]> {
  const folder = checkpointFolder(config)
  if (folder === undefined) return []
  const last = await transaction(worker, workerActor('socle doctor'), lastCheckpoint)
  return decideCheckpoints(await listCheckpoints(worker, folder), last !== undefined, now.toISOString().slice(0, 10))
}

async function demonstrationFacts({ app }: Databases, { database, host, publicUrl }: Config) {
  const known = new Set((await listStaff(app)).map(one => one.id))
  const loopback = /^(localhost|127\.|::1)/
  return {
    noted: existsSync(join(database.data, 'demonstration.json')),
    people: Object.values(PEOPLE)
      .filter(person => known.has(person.id))
      .map(person => person.name),
    forOthers: database.url !== undefined || publicUrl !== undefined || !loopback.test(host),
  }
}

function secretFiles(config: Config) {
  const { data } = config.database
  const paths = [
    ...namedIn('secret').map(name => join(data, name)),
    join(data, 'database', 'passwords.json'),
    join(data, 'database'),
    join(data, 'backups'),
    auditKeyPath(config),
    columnKeyPath(config),
    ...(config.pseudonymKey === undefined ? [] : [config.pseudonymKey]),
  ]
  if (process.platform === 'win32') return []
  return [...new Set(paths)].filter(existsSync).map(path => ({ path, mode: statSync(path).mode }))
}

function freeBytes(): number {
  return process.availableMemory?.() ?? freemem()
}

const PATIENCE_MS = 5000

function certificateOf(address: URL): Promise<CertificateFacts> {
  const host = address.hostname
  return new Promise(resolve => {
    const socket = connect({ host, port: Number(address.port || 443), servername: host }, () => {
      const { valid_to } = socket.getPeerCertificate()
      socket.destroy()
      resolve({ host, validTo: new Date(valid_to) })
    })
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`no answer in ${PATIENCE_MS / 1000} seconds`)))
    socket.once('error', error => resolve({ host, problem: error.message }))
  })
}
