// The snapshots there are: what they take, which are in use, which are damaged; and taking one away.
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Country } from '#countries'
import { transaction, workerActor } from '#db'
import { openSnapshot, type SurveyedSnapshot, surveySnapshots } from '#households'
import { putBack, type RestingRun, removeSnapshot, restingOn } from '#programmes'
import { type ExitCode, type Io, UsageError } from '../command.ts'
import { installationConfig, withDatabase } from '../installation.ts'
import { grouped } from '../progress.ts'
import { sizeText } from '../size-text.ts'
import { snapshotRefusalText } from '../snapshot-refusal.ts'

const ASKED_BY = 'socle snapshot'

/** `socle snapshot list`: 1 where one is damaged. */
export async function list(io: Io, folder: string, country: Country): Promise<ExitCode> {
  const { snapshots, leftOver } = surveySnapshots(folder)
  const own = snapshots
    .filter(({ manifest }) => manifest === null || manifest.country === country.code)
    .map(each => ({ ...each, damage: damageOf(each, country) }))
  for (const { folder, bytes, wasBeingRemoved } of leftOver) {
    const todo = wasBeingRemoved
      ? `was being removed; socle snapshot remove ${folder.replace('.removed-', '')} begins again`
      : 'half written; the next snapshot discards it'
    io.out(`${sizeText(bytes).padStart(9)}  left over: ${todo}  ${folder}\n`)
  }
  if (own.length === 0) io.out(`no snapshot of ${country.code} in ${folder}\n`)
  else {
    const uses = await usesOf(io, own)
    own.forEach((each, index) => {
      io.out(lineOf(each, uses?.[index]))
    })
    const total = own.reduce((sum, { bytes }) => sum + bytes, 0)
    io.out(`${sizeText(total).padStart(9)}  in all; socle snapshot remove FOLDER takes away one that no run needs\n`)
    if (uses === undefined) io.err('the database does not answer: which snapshots are in use is not known\n')
  }
  return own.some(({ damage }) => damage !== null) ? 1 : 0
}

/** Of another catalogue it may be whole, and is decided on no more. */
function damageOf({ folder, damage }: SurveyedSnapshot, country: Country): string | null {
  if (damage !== null) return damage
  const opened = openSnapshot(folder, country)
  return opened.ok ? null : snapshotRefusalText(opened.refusal)
}

function lineOf(
  { folder, bytes, manifest, damage }: SurveyedSnapshot,
  runs: readonly RestingRun[] | undefined,
): string {
  const use =
    runs === undefined
      ? ''
      : runs.length === 0
        ? 'not in use'
        : `in use by ${runs.length} run${runs.length > 1 ? 's' : ''}`
  const holds =
    manifest === null
      ? ''
      : `${manifest.asOf.slice(0, 16)}Z  ${grouped(manifest.households).padStart(10)} households${manifest.modelled ? ' (modelled)' : ''}`
  const parts = [sizeText(bytes).padStart(9), holds, use, damage === null ? '' : `DAMAGED: ${damage}`, folder]
  return `${parts.filter(part => part !== '').join('  ')}\n`
}

/** The runs that rest on each; undefined where no database can be asked. A folder that never had one has no runs. */
async function usesOf(io: Io, snapshots: readonly SurveyedSnapshot[]): Promise<(readonly RestingRun[])[] | undefined> {
  const { url, data } = installationConfig().database
  if (url === undefined && !['postgres', 'database'].some(name => existsSync(join(data, name)))) {
    return snapshots.map(() => [])
  }
  try {
    return await withDatabase(io, ({ worker }) =>
      transaction(worker, workerActor(ASKED_BY), async tx => {
        const found: RestingRun[][] = []
        for (const snapshot of snapshots) found.push(await restingOn(tx, snapshot))
        return found
      }),
    )
  } catch (error) {
    if (error instanceof UsageError) return undefined
    throw error
  }
}

/** `socle snapshot remove FOLDER`, whole or damaged. */
export async function remove(io: Io, folder: string, country: Country): Promise<ExitCode> {
  putBack(folder)
  const found = surveySnapshots(join(folder, '..')).snapshots.find(each => basename(each.folder) === basename(folder))
  if (found === undefined) throw new UsageError(snapshotRefusalText({ code: 'no_snapshot', folder }))
  const { manifest, damage } = found
  // Whose folder it is tells the manifest, or that it stands among the installation's own snapshots.
  if (manifest === null && join(folder, '..') !== join(installationConfig().database.data, 'snapshots')) {
    throw new UsageError(`${folder}: ${damage}`)
  }
  if (manifest !== null && manifest.country !== country.code) {
    const refusal = { code: 'other_country', country: manifest.country, expected: country.code } as const
    throw new UsageError(snapshotRefusalText(refusal))
  }
  return withDatabase<ExitCode>(io, async ({ worker }) => {
    const removed = await removeSnapshot(worker, found, ASKED_BY)
    if (!removed.ok) {
      const runs = removed.refusal.runs.map(({ id, pack, month }) => `  run ${id} of ${pack} for ${month}`)
      throw new UsageError(
        `${folder} stays: ${runs.length} run${runs.length > 1 ? 's rest' : ' rests'} on it, to be verified and explained\n${runs.slice(0, 10).join('\n')}`,
      )
    }
    io.out(`${folder}: removed, ${sizeText(found.bytes)} free\n`)
    return 0
  })
}
