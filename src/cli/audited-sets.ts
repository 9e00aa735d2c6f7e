// Where the sets of the audit are read again: each module knows its own tables.
import { receivedSets, registeredSets } from '#households'
import { recordedSets } from '#payments'
import { conditionSets, decidedSets } from '#programmes'
import type { AuditedSetSource } from '#security'

export const auditedSets: readonly AuditedSetSource[] = [
  ...registeredSets,
  ...receivedSets,
  ...recordedSets,
  ...decidedSets,
  ...conditionSets,
]
