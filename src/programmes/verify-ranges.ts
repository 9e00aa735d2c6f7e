import { type Database, transaction, type WorkerActor } from '#db'
import { decidedIn, type RunWork } from './decide-range.ts'
import type { DecidedBatch } from './decided-batch.ts'
import { statesOfHouseholds } from './determination.sql.ts'
import type { Determination } from './determination.ts'
import type { Range } from './run.sql.ts'
import { hashStates } from './state.ts'

/** What does not come out the same, and where: a range of the run, and the first household of it where one can be named. */
export type VerifyFinding = {
  /**
   * `scope`: whom the run of a shock is about is not what was fixed; `decided`: deciding again gives another hash; `stored`: the
   * rows say something else; `list`: the hash of the whole.
   */
  readonly what: 'scope' | 'decided' | 'stored' | 'list'
  readonly range: number | null
  readonly household: string | null
}

export type RangeToVerify = Range & { readonly hash: string | null }

export type VerifiedRange = {
  readonly number: number
  readonly households: number
  /** Of the range decided again. */
  readonly hash: string
  readonly findings: readonly VerifyFinding[]
}

/** Decides ranges again, and holds what was recorded and stored of each against it. */
export async function verifyRanges(
  worker: Database,
  actor: WorkerActor,
  work: RunWork,
  ranges: readonly RangeToVerify[],
  onRange: (verified: VerifiedRange) => void,
): Promise<void> {
  for (const range of ranges) {
    const decided = decidedIn(work, range)
    const stored = await transaction(worker, actor, tx => statesOfHouseholds(tx, work.run, decided.ids))
    const { households, hash } = decided
    onRange({ number: range.number, households, hash, findings: compared(range, decided, stored) })
  }
}

function compared(
  range: RangeToVerify,
  decided: DecidedBatch,
  stored: ReadonlyMap<string, Determination>,
): VerifyFinding[] {
  const findings: VerifyFinding[] = []
  if (decided.hash !== range.hash) findings.push({ what: 'decided', range: range.number, household: null })
  for (let place = 0; place < decided.households; place++) {
    const each = decided.at(place)
    const found = stored.get(each.householdId)
    if (found !== undefined && hashStates([found]) === hashStates([each])) continue
    findings.push({ what: 'stored', range: range.number, household: each.householdId })
    break
  }
  return findings
}
