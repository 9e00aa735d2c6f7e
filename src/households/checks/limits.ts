import type { Limit } from '#countries'
import type { Severity } from './doubt.ts'

/** How bad a number is that should stay below the limit. */
export function reached({ warning, error }: Limit, value: number): Severity | null {
  if (error !== undefined && value >= error) return 'error'
  return warning !== undefined && value >= warning ? 'warning' : null
}

/** How bad a number is that should not be below the limit. */
export function below({ warning, error }: Limit, value: number): Severity | null {
  if (error !== undefined && value < error) return 'error'
  return warning !== undefined && value < warning ? 'warning' : null
}
