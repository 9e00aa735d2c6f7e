/** Digits behind the point of every score. */
export const SCORE_PLACES = 7

/** A score for every household, in ten-millionths, NaN where it is unknown; the least and the greatest bound what is made of it. */
export type Given = { readonly scores: Float64Array; readonly low: number; readonly high: number }

export function givenOf(scores: Float64Array): Given {
  let [low, high] = [0, 0]
  for (let h = 0; h < scores.length; h++) {
    const score = scores[h] as number
    if (score < low) low = score
    if (score > high) high = score
  }
  return { scores, low, high }
}

/** `ma/ise` as a name in code. */
export function scoreName(id: string): string {
  return id.replaceAll(/[^a-z0-9]/g, '_')
}
