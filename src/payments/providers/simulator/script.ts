import { createHash } from 'node:crypto'

/** What happens to one payment: what is said of it in turn, each with how long after the one before. */
export type Fate = readonly {
  readonly status: 'paid' | 'refused' | 'returned'
  readonly reason: string
  readonly afterMs: number
}[]

/** How an answer reaches us by message: after how long, once for each; none where it is lost and must be asked for. */
export type Delivery = readonly number[]

/** What becomes of a request that hands a batch over. */
export type Reception =
  /** Taken and answered. */
  | 'answer'
  /** Taken, and the answer is lost. */
  | 'lose'
  /** Not taken: an error. */
  | 'fail'
  /** Taken, and answered after nobody waits any more. */
  | 'stall'

export type Script = {
  readonly fateOf: (payment: string) => Fate
  readonly deliveryOf: (answer: string) => Delivery
  readonly receptionOf: (batch: string, attempt: number) => Reception
}

/** However bad the line, who insists gets through. */
const PATIENT_AFTER = 3

const REASONS = ['AC01', 'AC04', 'AC06', 'AG01', 'AM05', 'MS03', 'TM01']

/**
 * A provider's behaviour, drawn from a seed: pays, refuses with codes, pays and takes back, refuses and pays after all; delays,
 * loses, doubles and reorders what it says; breaks off requests. The same seed and names behave the same.
 * @param slowestMs the longest that a payment or a message waits
 */
export function scriptOf(seed: number, slowestMs: number): Script {
  /** A number from 0 to 999,999, the same for the same name. */
  const draw = (...name: readonly (string | number)[]) =>
    createHash('sha256')
      .update([seed, ...name].join('/'))
      .digest()
      .readUInt32BE(0) % 1_000_000
  const wait = (...name: readonly (string | number)[]) => Math.floor((draw('wait', ...name) * slowestMs) / 1_000_000)

  function fateOf(payment: string): Fate {
    const percent = draw('fate', payment) / 10_000
    const reason = REASONS[draw('reason', payment) % REASONS.length]!
    const first = { reason: '', afterMs: wait(payment, 1) }
    const second = { reason: '', afterMs: wait(payment, 2) }
    if (percent < 76) return [{ ...first, status: 'paid' }]
    if (percent < 88) return [{ ...first, status: 'refused', reason }]
    if (percent < 96)
      return [
        { ...first, status: 'paid' },
        { ...second, status: 'returned', reason },
      ]
    return [
      { ...first, status: 'refused', reason: 'TM01' },
      { ...second, status: 'paid' },
    ]
  }

  function deliveryOf(answer: string): Delivery {
    const percent = draw('delivery', answer) / 10_000
    if (percent < 20) return []
    const once = wait('message', answer)
    return percent < 60 ? [once] : [once, wait('again', answer)]
  }

  function receptionOf(batch: string, attempt: number): Reception {
    if (attempt > PATIENT_AFTER) return 'answer'
    const percent = draw('reception', batch, attempt) / 10_000
    if (percent < 55) return 'answer'
    if (percent < 80) return 'lose'
    return percent < 90 ? 'fail' : 'stall'
  }

  return { fateOf, deliveryOf, receptionOf }
}
