/** How often somebody may ask: `burst` at once, then `perSecond`. */
export type Pace = { readonly burst: number; readonly perSecond: number }

/** What is left to somebody, and the second when it was counted. */
export type Bucket = { readonly tokens: number; readonly at: number }

/**
 * Takes one request out of a bucket (a token bucket). `wait` is 0 where it passes, else the whole seconds after which the
 * next one will; a request that is refused costs nothing.
 */
export function spend(
  bucket: Bucket | undefined,
  pace: Pace,
  now: number,
): { readonly bucket: Bucket; readonly wait: number } {
  const { tokens, at } = bucket ?? { tokens: pace.burst, at: now }
  const filled = Math.min(pace.burst, tokens + Math.max(0, now - at) * pace.perSecond)
  if (filled >= 1) return { bucket: { tokens: filled - 1, at: now }, wait: 0 }
  return { bucket: { tokens: filled, at: now }, wait: Math.max(1, Math.ceil((1 - filled) / pace.perSecond)) }
}

/** Buckets of many askers in this process. Whoever asked longest ago is forgotten first, and starts full again. */
export function paces(pace: Pace, most = 50_000) {
  const buckets = new Map<string, Bucket>()
  return {
    /** Seconds to wait, 0 where the request passes. `now` in seconds of any clock that does not go back. */
    take(who: string, now: number): number {
      const { bucket, wait } = spend(buckets.get(who), pace, now)
      buckets.delete(who)
      buckets.set(who, bucket)
      if (buckets.size > most) buckets.delete(buckets.keys().next().value as string)
      return wait
    },
  }
}

export type Kind = 'page' | 'form' | 'file'

/** Per kind of request: a page or the data of one, a form that acts, a list or a file that leaves whole. */
export type PaceOf = Readonly<Record<Kind, Pace>>

/** An office of many desks may stand behind one address; an account is one person. */
export const addressPaces: PaceOf = {
  page: { burst: 300, perSecond: 30 },
  form: { burst: 60, perSecond: 1 },
  file: { burst: 60, perSecond: 1 },
}
export const accountPaces: PaceOf = {
  page: { burst: 120, perSecond: 5 },
  form: { burst: 40, perSecond: 1 },
  file: { burst: 20, perSecond: 0.2 },
}

export function kindOf(method: string, path: string): Kind {
  if (method === 'POST') return 'form'
  return /\.csv$|\.xlsx$|\/file$/i.test(path) ? 'file' : 'page'
}

/** One limit for each kind, by whom it counts. */
export function limits(of: PaceOf) {
  const kinds = { page: paces(of.page), form: paces(of.form), file: paces(of.file) }
  return (kind: Kind, who: string, now: number): number => kinds[kind].take(who, now)
}
