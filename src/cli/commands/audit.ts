import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { type Databases, transaction, workerActor } from '#db'
import {
  type AuditVerification,
  type Checkpoint,
  type CheckpointRefusal,
  isPublicKey,
  lastCheckpoint,
  publicKeyOf,
  readCheckpoint,
  type SetVerification,
  sealAudit,
  signCheckpoint,
  verifyAudit,
  verifySets,
} from '#security'
import { anomalies } from '../audit-anomalies.ts'
import { auditKeyPath, readAuditKey, takeAuditKey } from '../audit-key.ts'
import { auditFindingText, keptCheckpointText, setFindingText } from '../audit-words.ts'
import { auditedSets } from '../audited-sets.ts'
import { checkpointFolder, listCheckpoints, rotateKey, writeCheckpoint } from '../checkpoints.ts'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { installationConfig, withDatabase } from '../installation.ts'
import { readOptions } from '../options.ts'
import { grouped, progress } from '../progress.ts'

const shape = {
  checkpoint: 'text',
  key: 'text',
  out: 'text',
  chain: 'flag',
  list: 'flag',
  day: 'text',
  all: 'flag',
} as const
type Options = ReturnType<typeof readOptions<typeof shape>>['options']

export const command: Command = {
  summary: 'Verifies the audit: no record altered, removed, inserted or moved. Makes checkpoints.',
  usage: [
    'audit verify [--chain] [--checkpoint FILE [--key PUBLIC]]',
    'audit checkpoint [--out FILE | --list]',
    'audit key [rotate]',
    'audit anomalies [--day DAY] [--all]',
  ],
  help: `
verify reads every record and every seal, computes their hashes again and names what is not as it was sealed. Then it reads
again, from their own tables, the rows of every act on many (registrations, determinations, entitlements, accounts, payment
runs, lists shown), and names each set that is not what its record says.
--chain       the chain alone, without the sets
--checkpoint  a file made by socle audit checkpoint and kept elsewhere: also finds out whether the whole chain was written
              again, or its end cut off, which somebody with every right on the database could otherwise do unseen
--key         the public key that the checkpoint must be signed with (ed25519:…); that of this installation unless said

checkpoint seals what waits, and writes the end of the chain with its signature: the file of today in the folder of
checkpoints, as a worker does every day, and never over another.
--out         another file to write: give it to somebody outside, once a day
--list        those of the folder, by day: whether their signature is good, and whether the chain is still the one they witnessed

key shows the public key. key rotate puts a new signing key in the place of the old one, which is destroyed; the folder of
checkpoints keeps the public key of both, and earlier checkpoints stay verifiable.

anomalies looks at today and yesterday, as a worker does every quarter of an hour, and lists what stands out and waits for an
auditor's answer: many files, work at night, large exports, files outside the usual area, emergency access, and the like.
--day         another day of the last weeks to look at (YYYY-MM-DD)
--all         also those that were answered

The signing key is the file that SOCLE_AUDIT_KEY names, audit-key.pem of the data folder unless said, made at first use. Keep
it out of every backup of the database: docs/operations.md says why.
Exit code 0: all is as sealed. 1: something is not. 2: the call cannot be carried out.`,
  examples: [
    { call: 'npx socle audit verify', says: 'says that all is as sealed, or names each record that is not' },
    { call: 'npx socle audit checkpoint', says: 'the signed checkpoint of today, to hand over' },
    { call: 'npx socle audit anomalies', says: 'what stands out in what people did, for an auditor to look at' },
    { call: 'npx socle audit key rotate', says: 'a new signing key; earlier checkpoints stay verifiable' },
    { call: 'npx socle audit checkpoint --list', says: 'those of every day, and whether each still holds' },
    {
      call: 'npx socle audit verify --checkpoint audit-2026-12-01.json',
      says: 'the same chain as on that day, and all that came after',
    },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, shape)
    const [verb, ...rest] = words
    if (verb === 'key') return key(rest, io)
    if (verb === 'anomalies' && rest.length === 0) return anomalies(options, io)
    if (rest.length > 0) throw new UsageError(`audit ${verb} takes no ${rest.join(' ')}`)
    if (verb === 'verify') return verify(options, io)
    if (verb === 'checkpoint') return checkpoint(options, io)
    throw new UsageError(`audit takes verify, checkpoint, key or anomalies${verb === undefined ? '' : `, not ${verb}`}`)
  },
}

async function verify(options: Options, io: Io): Promise<ExitCode> {
  if (options.out !== undefined) throw new UsageError('--out goes with audit checkpoint')
  if (options.key !== undefined && options.checkpoint === undefined)
    throw new UsageError('--key goes with --checkpoint')
  const witnessed = options.checkpoint === undefined ? undefined : witness(options.checkpoint, options.key)
  if (witnessed && !witnessed.ok) {
    io.out(`${refusalText(options.checkpoint!, witnessed.refusal)}\n`)
    return 1
  }
  const checkpoint = witnessed?.value.checkpoint
  const { found, sets } = await withDatabase(io, async ({ worker }) => ({
    found: await verifyShown(worker, checkpoint, io),
    sets: options.chain ? undefined : await setsShown(worker, io),
  }))
  for (const finding of found.findings) io.out(`${auditFindingText(finding)}\n`)
  if (found.more) io.out(`There is more: these are the first ${found.findings.length}.\n`)
  if (witnessed && found.findings.length === 0) {
    const { seal, sealedAt } = witnessed.value.checkpoint
    io.out(`The chain holds seal ${seal} of ${sealedAt} as witnessed under ${witnessed.value.key}.\n`)
  }
  io.out(`${summary(found)}\n`)
  if (sets) sayOfSets(sets, io)
  return found.findings.length === 0 && (sets?.findings.length ?? 0) === 0 ? 0 : 1
}

async function verifyShown(
  worker: Databases['worker'],
  checkpoint: Checkpoint | undefined,
  io: Io,
): Promise<AuditVerification> {
  const shown = progress(io, 'Verifying', 'records')
  const found = await verifyAudit(worker, {
    checkpoint,
    lanes: Math.max(2, Math.min(8, availableParallelism())),
    onProgress: (done, total) => {
      io.signal.throwIfAborted()
      shown.update(done, total)
    },
  })
  shown.end()
  return found
}

async function setsShown(worker: Databases['worker'], io: Io): Promise<SetVerification> {
  const shown = progress(io, 'Reading again', 'sets')
  const sets = await verifySets(worker, auditedSets, {
    onProgress: done => {
      io.signal.throwIfAborted()
      shown.update(done, done)
    },
  })
  shown.end()
  return sets
}

function sayOfSets({ sets, findings, more, unread }: SetVerification, io: Io): void {
  for (const finding of findings) io.out(`${setFindingText(finding)}\n`)
  if (more) io.out(`There is more: these are the first ${findings.length} sets.\n`)
  const state =
    findings.length === 0 ? 'all as recorded' : `${more ? 'more than ' : ''}${findings.length} not as recorded`
  const left = [...unread].map(([action, count]) => `${grouped(count)} ${action}`).join(', ')
  io.out(`${grouped(sets)} sets read again: ${state}${left && `; not readable again: ${left}`}.\n`)
}

function summary({ seals, records, findings, more, waiting }: AuditVerification): string {
  const read = `${grouped(records)} records under ${grouped(seals)} seals`
  const state = findings.length === 0 ? 'all as sealed' : `${more ? 'more than ' : ''}${findings.length} not as sealed`
  const since = waiting.since === undefined ? '' : `, the first since ${waiting.since.toISOString()}`
  const left = waiting.records === 0 ? '' : `; ${grouped(waiting.records)} wait for their seal${since}`
  return `${read}: ${state}${left}.`
}

function witness(path: string, expected: string | undefined) {
  if (expected !== undefined && !isPublicKey(expected)) {
    throw new UsageError(
      `--key takes a public key such as ed25519:…, as socle audit checkpoint prints it, not ${expected}`,
    )
  }
  const text = readText(path)
  const kept = auditKeyPath(installationConfig())
  const own = existsSync(kept) ? publicKeyOf(readAuditKey(kept)) : undefined
  const read = readCheckpoint(text, expected ?? own)
  if (!read.ok && read.refusal.code === 'not_a_checkpoint') {
    throw new UsageError(`${path} is not a file of socle audit checkpoint`)
  }
  return read
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`)
  }
}

function refusalText(path: string, refusal: CheckpointRefusal): string {
  switch (refusal.code) {
    case 'not_a_checkpoint':
      return `${path} is not a checkpoint.`
    case 'signature_wrong':
      return `${path} was altered: its signature is not that of its text under ${refusal.key}.`
    case 'signed_by_another_key':
      return `${path} is signed by ${refusal.key}, not by ${refusal.expected}; where that is an earlier key, give it with --key.`
  }
}

async function checkpoint(options: Options, io: Io): Promise<ExitCode> {
  if (options.checkpoint !== undefined || options.key !== undefined) {
    throw new UsageError('--checkpoint and --key go with audit verify')
  }
  const { out } = options
  if (out === undefined || options.list) return daily(options, io)
  if (existsSync(out)) throw new UsageError(`${out} is there already; a checkpoint is not written over another file`)
  const { key, made } = takeAuditKey(auditKeyPath(installationConfig()))
  if (made !== undefined) io.err(`A new signing key: ${made}. Keep it out of the backups of the database.\n`)
  const last = await withDatabase(io, async ({ worker }) => {
    await sealAudit(worker, io.signal)
    return transaction(worker, workerActor('audit checkpoint'), lastCheckpoint)
  })
  if (last === undefined) throw new UsageError('there is no audit record yet: nothing to witness')
  writeFileSync(out, signCheckpoint(last, key), { flag: 'wx' })
  io.out(`${out}: seal ${last.seal}, ${grouped(Number(last.records))} records, sha256 ${last.hash}\n`)
  io.out(`Public key: ${publicKeyOf(key)}\n`)
  return 0
}

/** The folder of checkpoints: today's written, or all listed. */
async function daily(options: Options, io: Io): Promise<ExitCode> {
  const config = installationConfig()
  const folder = checkpointFolder(config)
  if (folder === undefined) {
    throw new UsageError(
      'SOCLE_AUDIT_CHECKPOINTS is off: give --out, a file to write, for example --out audit-2026-12-01.json',
    )
  }
  if (options.list) {
    if (options.out !== undefined) throw new UsageError('--list writes nothing: it takes no --out')
    const kept = await withDatabase(io, ({ worker }) => listCheckpoints(worker, folder))
    for (const one of kept) io.out(`${keptCheckpointText(one)}\n`)
    io.out(`${grouped(kept.length)} checkpoints in ${folder}.\n`)
    return kept.every(({ state }) => state === 'holds') ? 0 : 1
  }
  const written = await withDatabase(io, ({ worker }) => writeCheckpoint(worker, folder, auditKeyPath(config)))
  if (!written) throw new UsageError('there is no audit record yet: nothing to witness')
  io.out(`${written.path}${written.fresh ? '' : ': there already'}\n`)
  return 0
}

async function key([verb, ...rest]: readonly string[], io: Io): Promise<ExitCode> {
  if (rest.length > 0 || (verb !== undefined && verb !== 'rotate')) {
    throw new UsageError(`audit key takes rotate or nothing, not ${[verb, ...rest].join(' ')}`)
  }
  const config = installationConfig()
  const path = auditKeyPath(config)
  if (!existsSync(path)) throw new UsageError(`there is no key yet: the first checkpoint makes ${path}`)
  if (verb === undefined) {
    io.out(`${publicKeyOf(readAuditKey(path))}\n`)
    return 0
  }
  const rotated = rotateKey(path, checkpointFolder(config))
  if (!rotated) throw new UsageError(`there is no key yet: the first checkpoint makes ${path}`)
  io.out(
    `Earlier checkpoints: ${rotated.old}\nFrom now on: ${rotated.fresh}\nPublish the new key, and keep the old one.\n`,
  )
  return 0
}
