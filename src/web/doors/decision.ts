import type { Country } from '#countries'
import type { Transaction } from '#db'
import { findHouseholdFile } from '#households'
import type { Id } from '#kernel'
import { explainDetermination, type RunId } from '#programmes'
import { type AuditedAct, decideAccess, type StaffAccess } from '#security'
import type { DecisionFile } from '../context.ts'
import { hideSensitive } from './hide-sensitive.ts'
import { nameOf, opened } from './household.ts'
import { placeOf } from './words.ts'

/** One decision with every step that leads to it, computed again from what was declared and the text that decided. */
export async function readDecision(
  tx: Transaction,
  country: Country,
  access: StaffAccess,
  household: Id<'Household'>,
  run: RunId,
): Promise<{ readonly value: DecisionFile; readonly act: AuditedAct } | undefined> {
  const file = await findHouseholdFile(tx, household)
  const explained = file && (await explainDetermination(tx, country, { household, run }))
  if (!explained) return undefined
  if (!explained.agrees) throw new Error(`household ${household}: run ${run} does not come out the same again`)
  const head = file.members[0]
  const to = { territory: explained.territory, programme: explained.run.pack, sensitivity: 'sensitive' } as const
  const deep = decideAccess(access.grants, 'determination.read', to, access.at).ok
  const value: DecisionFile = {
    household,
    sourceId: file.sourceId,
    head: head ? nameOf(head) : { latin: undefined, arabic: undefined },
    modelled: file.modelled,
    territory: placeOf(country, explained.territory),
    decidedAt: explained.run.finishedAt ?? explained.run.askedAt,
    decision: deep ? explained.decision : hideSensitive(explained.decision, country.catalogue),
    members: Object.fromEntries(file.members.map(member => [member.person, nameOf(member)])),
  }
  return { value, act: opened(file, 'decision page') }
}
