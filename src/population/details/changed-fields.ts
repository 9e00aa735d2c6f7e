import type { PersonState } from './person-as-of.ts'
import type { DetailField } from './person-details.ts'

/** The details that a state says otherwise than the one before it; all that are known, for the first. */
export function changedFields(state: PersonState, before: PersonState | undefined): DetailField[] {
  const { id: _id, country: _country, modelled: _modelled, source: _source, evidence: _evidence, ...details } = state
  const { recordedAt: _at, recordedBy: _by, supersededAt: _until, ...fields } = details
  return (Object.keys(fields) as DetailField[]).filter(
    field => JSON.stringify(state[field]) !== JSON.stringify(before ? before[field] : null),
  )
}
