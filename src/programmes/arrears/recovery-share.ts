import type { Month } from '#kernel'
import { datedValue, ExactNumber, numberToText, type Pack } from '#rules'

/** The parameter of a pack in which its law says what part of a right may be kept back for what was overpaid. */
const RECOVERY_SHARE = 'recovery_share'

/** The share in force in a month, from nothing to '1'; null where the pack's law gives none, and nothing is kept back. */
export function recoveryShare(pack: Pack, month: Month): string | null {
  const parameter = pack.parameters.get(RECOVERY_SHARE)
  if (parameter === undefined) return null
  const value = datedValue(parameter, month)?.value
  if (value === undefined || value.kind !== 'single' || !(value.value instanceof ExactNumber)) return null
  const share = numberToText(value.value)
  if (!/^(0(\.\d+)?|1)$/.test(share)) throw new Error(`${pack.id}: ${RECOVERY_SHARE} is ${share}, not between 0 and 1`)
  return share
}
