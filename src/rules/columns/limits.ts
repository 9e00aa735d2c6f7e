/** Households with more members are decided by the exact path. */
export const MEMBERS_MAX = 64

/** The largest facts that the compiled integers are proven for; what is larger takes the exact path. */
export type Limits = {
  /** Of whole numbers. */
  readonly integer: number
  /** Of money in minor units and of decimals in millionths. */
  readonly scaled: number
}

export const WIDEST: Limits = { integer: 2 ** 24, scaled: 2 ** 40 }

/** The next narrower limits; null where households of ordinary size would no longer fit. */
export function narrower({ integer, scaled }: Limits): Limits | null {
  if (scaled > 2 ** 32) return { integer, scaled: scaled / 4 }
  if (integer > 2 ** 12) return { integer: integer / 4, scaled }
  if (scaled > 2 ** 26) return { integer, scaled: scaled / 4 }
  return integer > 2 ** 8 ? { integer: integer / 2, scaled } : null
}
