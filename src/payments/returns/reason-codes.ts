/** What is done about a payment that came back. */
export type ReturnAction =
  /** The account is wrong: it waits until the payee's account changes. */
  | 'fix'
  /** Whoever carries the money could not: it joins the next run by itself, so many times. */
  | 'retry'
  /** The payee may no longer be paid: it waits for a person's decision. */
  | 'stop'
  /** The code says too little, or is not known: a person looks. */
  | 'look'

/**
 * Reason codes of answers (`StsRsnInf/Rsn/Cd` of pain.002, `RtrInf/Rsn/Cd` of camt.053 and camt.054) by what is done about them.
 * Codes and meanings: ISO 20022 External Code Sets, ExternalStatusReason1Code and ExternalReturnReason1Code. Recalled, to be
 * confirmed against the set in force; AC04 is in the messages of shared/standards/iso20022. What is done is ours to say.
 */
const CODES: Readonly<Record<Exclude<ReturnAction, 'look'>, string>> = {
  // Number incorrect, invalid, closed, blocked, of a kind that cannot receive; holder not as named; bank code wrong.
  fix: 'AC01 AC03 AC04 AC06 AC07 AC14 AG01 BE01 BE06 CNOR RC01 RC04',
  // Clearing aborted or out of time; agent offline or in error; our funds short; settlement down; past the hour; technical.
  retry: 'AB01 AB02 AB05 AB06 AB07 AB08 AB09 AB10 AM04 ED05 ED06 TECH TM01',
  // Payment twice; asked by the customer or a court; fraud; payee deceased; refused by regulation; payment not due.
  stop: 'AM05 CUST DUPL FR01 FRAD LEGL MD07 RR01 RR02 RR03 RR04 UPAY',
}

const ACTIONS: ReadonlyMap<string, ReturnAction> = new Map(
  (['fix', 'retry', 'stop'] as const).flatMap(action => CODES[action].split(' ').map(code => [code, action] as const)),
)

/** Codes that say something of the person alone, and nothing of the payment: payee deceased. Another person may be paid. */
const OF_THE_PAYEE: ReadonlySet<string> = new Set(['MD07'])

/** Whether a code says no more than that this person cannot be paid any longer. */
export function isOfThePayee(code: string): boolean {
  return OF_THE_PAYEE.has(code)
}

/** What is done about a code of ISO 20022; `look` for all that are not in the table. */
export function actionOf(code: string): ReturnAction {
  return ACTIONS.get(code) ?? 'look'
}
