import type { Id, Result } from '#kernel'
import type { CashRunToCome, CashWay, CashWayRefusal, Provider, RunPart, StrandedPart } from '#payments'
import type { AccessRefusal, SignedIn } from '#security'
import type { StaffMember } from './context.ts'

type Refused =
  | { readonly code: 'not_granted'; readonly why: AccessRefusal }
  | { readonly code: 'second_factor_required' }

type Answered = Promise<Result<undefined, CashWayRefusal | Refused>>

/** How each provider is paid through; which way a network of cash pays is said by one who keeps the budget, agreed to by another. */
export type WayDoor = {
  /** Undefined for who does not read the country's budget. */
  readonly ways: (reader: StaffMember) => Promise<WaysPage | undefined>
  readonly sayWay: (
    reader: SignedIn,
    said: { readonly id: Id<'cash-way'>; readonly provider: string; readonly way: string },
  ) => Answered
  readonly agreeToWay: (reader: SignedIn, way: string) => Answered
  readonly withdrawWay: (reader: SignedIn, way: string) => Answered
}

export type WaysPage = {
  readonly rows: readonly ProviderWay[]
  /** Parts of runs that wait for a port which the settings do not have. */
  readonly stranded: readonly (StrandedPart & { readonly name: string })[]
  readonly maySay: boolean
}

export type ProviderWay = Pick<Provider, 'code' | 'name' | 'kind'> & {
  /** How its part of a run leaves whose file is made now. */
  readonly leavesBy: RunPart['leavesBy']
  /** By what form, where it leaves by a file of its own. */
  readonly form: 'iso20022' | 'csv' | undefined
  /** Where its interface is: the host of its address. */
  readonly host: string | undefined
  /** Of a network of cash alone. */
  readonly cash: NetworkOfCash | undefined
}

export type NetworkOfCash = {
  readonly way: CashWay
  /** Undefined where nobody said and agreed. */
  readonly standing: { readonly since: string; readonly saidBy: string; readonly agreedBy: string } | undefined
  readonly waiting:
    | {
        readonly id: Id<'cash-way'>
        readonly way: CashWay
        readonly own: boolean
        readonly by: string
        readonly at: string
      }
    | undefined
  /** Runs whose file is not made: another way reaches those of which no window is announced. */
  readonly runs: readonly Pick<CashRunToCome, 'reference' | 'instructions' | 'announced'>[]
}
