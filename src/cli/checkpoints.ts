// Checkpoints of each day: the end of the audit's chain, signed, a file a day, with the public keys beside them.
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Config } from '#config'
import { type Database, type RepeatedTask, transaction, workerActor } from '#db'
import {
  type Checkpoint,
  type CheckpointRefusal,
  isOfChain,
  isPublicKey,
  lastCheckpoint,
  newSigningKey,
  publicKeyOf,
  readCheckpoint,
  sealAudit,
  signCheckpoint,
} from '#security'
import { auditKeyPath, readAuditKey, takeAuditKey } from './audit-key.ts'

const EVERY_MS = 10 * 60 * 1000
const FILE = /^audit-(\d{4}-\d\d-\d\d)\.json$/
const KEYS = 'public-keys.txt'
const actor = workerActor('audit checkpoint')

/** Where they are kept; undefined where this installation is told to make none by itself. */
export function checkpointFolder({ auditCheckpoints, database }: Config): string | undefined {
  return auditCheckpoints === 'off' ? undefined : (auditCheckpoints ?? join(database.data, 'checkpoints'))
}

/** For the worker: writes the day's checkpoint when there is none yet. Tried every ten minutes, so a day's sleep loses one day. */
export function checkpointing(config: Config): readonly RepeatedTask[] {
  const folder = checkpointFolder(config)
  if (folder === undefined) return []
  return [{ pauseMs: EVERY_MS, run: worker => writeCheckpoint(worker, folder, auditKeyPath(config)) }]
}

/**
 * Writes the checkpoint of today (UTC, by the database's clock) unless it is there: whole or not at all, never over
 * another. Answers the file; undefined while nothing is sealed.
 */
export async function writeCheckpoint(
  worker: Database,
  folder: string,
  keyPath: string,
): Promise<{ readonly path: string; readonly fresh: boolean } | undefined> {
  const path = join(folder, `audit-${await today(worker)}.json`)
  if (existsSync(path)) return { path, fresh: false }
  await sealAudit(worker)
  const last = await transaction(worker, actor, lastCheckpoint)
  if (!last) return undefined
  const { key } = takeAuditKey(keyPath)
  mkdirSync(folder, { recursive: true })
  publish(folder, publicKeyOf(key))
  const aside = `${path}.${process.pid}`
  writeFileSync(aside, signCheckpoint(last, key))
  try {
    linkSync(aside, path)
    return { path, fresh: true }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return { path, fresh: false }
  } finally {
    rmSync(aside)
  }
}

async function today(worker: Database): Promise<string> {
  const { rows } = await transaction(worker, actor, tx =>
    sql<{ day: string }>`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD') as day`.execute(tx),
  )
  return rows[0]!.day
}

/** Public keys that signed here, the first first: earlier checkpoints stay verifiable whatever becomes of the private ones. */
export function publishedKeys(folder: string): string[] {
  const path = join(folder, KEYS)
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(isPublicKey) : []
}

function publish(folder: string, key: string): void {
  const keys = publishedKeys(folder)
  if (keys.includes(key)) return
  const aside = join(folder, `${KEYS}.${process.pid}`)
  writeFileSync(aside, `${[...keys, key].join('\n')}\n`)
  renameSync(aside, join(folder, KEYS))
}

export type KeptCheckpoint = {
  readonly day: string
  readonly path: string
  /** 'another_chain': signed well, and the chain in the database is not the one that it witnessed. */
  readonly state: 'holds' | 'another_chain' | 'unknown_key' | CheckpointRefusal['code']
  readonly checkpoint: Checkpoint | undefined
  readonly key: string | undefined
}

/** Every checkpoint of the folder by day, its signature checked, and its seal compared with the chain as it stands. */
export async function listCheckpoints(worker: Database, folder: string): Promise<readonly KeptCheckpoint[]> {
  const days = existsSync(folder) ? readdirSync(folder).flatMap(name => FILE.exec(name)?.[1] ?? []) : []
  const keys = publishedKeys(folder)
  const kept: KeptCheckpoint[] = []
  for (const day of days.sort()) {
    const path = join(folder, `audit-${day}.json`)
    const read = readCheckpoint(readFileSync(path, 'utf8'))
    if (!read.ok) {
      kept.push({ day, path, state: read.refusal.code, checkpoint: undefined, key: undefined })
      continue
    }
    const { checkpoint, key } = read.value
    const state = !keys.includes(key)
      ? 'unknown_key'
      : (await transaction(worker, actor, tx => isOfChain(tx, checkpoint)))
        ? 'holds'
        : 'another_chain'
    kept.push({ day, path, state, checkpoint, key })
  }
  return kept
}

/**
 * A new signing key in the place of the old one, which is destroyed; the public key of either is published. Answers both.
 * Refused (undefined) where there is no key to replace.
 */
export function rotateKey(
  keyPath: string,
  folder: string | undefined,
): { readonly old: string; readonly fresh: string } | undefined {
  if (!existsSync(keyPath)) return undefined
  const old = publicKeyOf(readAuditKey(keyPath))
  const key = newSigningKey()
  const fresh = publicKeyOf(key)
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true })
    publish(folder, old)
    publish(folder, fresh)
  }
  const aside = `${keyPath}.${process.pid}`
  writeFileSync(aside, key, { mode: 0o600 })
  renameSync(aside, keyPath)
  return { old, fresh }
}
