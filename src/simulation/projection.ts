import type { Projection } from './scenario.ts'

/** One year ahead: 1 is the year after the one simulated. Amounts in minor units. */
export type Projected = { readonly year: number; readonly households: number; readonly cost: bigint }

const SCALE = 10n ** 12n

/**
 * The years ahead if households grow and amounts are raised by stated percentages a year, all else as simulated: a
 * projection of arithmetic, not a forecast of behaviour. Worked out in whole numbers of a millionth of a millionth.
 */
export function project(
  households: number,
  cost: bigint,
  { years, households: growth, amounts }: Projection,
): Projected[] {
  const [more, dearer] = [factor(growth), factor(amounts)]
  let [caseload, price] = [SCALE, SCALE]
  return Array.from({ length: years }, (_, index) => {
    caseload = (caseload * more) / SCALE
    price = (price * dearer) / SCALE
    return {
      year: index + 1,
      households: Math.round((households * Number(caseload)) / Number(SCALE)),
      cost: (((cost * caseload) / SCALE) * price + SCALE / 2n) / SCALE,
    }
  })
}

/** `1.5` percent as 1.015, in parts of SCALE. */
function factor(percent: string): bigint {
  const negative = percent.startsWith('-')
  const [whole = '0', decimals = ''] = percent.replace('-', '').split('.')
  const parts = BigInt(whole + decimals.padEnd(10, '0').slice(0, 10))
  return SCALE + (negative ? -parts : parts)
}
