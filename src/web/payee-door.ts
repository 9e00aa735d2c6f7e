import type { DateText, Id, Result, Words } from '#kernel'
import type { AccountLine, SaidAccount, SaidAccountRefusal, SeenAccountRefusal, VerificationMeans } from '#payments'
import type { PersonName, StaffMember } from './context.ts'

/** Where a person is paid, for the console. Undefined where the reader does not see the person. */
export type PayeeDoor = {
  readonly payee: (reader: StaffMember, person: Id<'Person'>) => Promise<PayeePage | undefined>
  /** Records an account that is used from a day on. The same id again changes nothing. */
  readonly recordAccount: (
    reader: StaffMember,
    person: Id<'Person'>,
    said: SaidAccount,
  ) => Promise<Result<undefined, RecordingRefusal> | undefined>
  /** A second person saw that the account is this person's. */
  readonly verifyAccount: (
    reader: StaffMember,
    person: Id<'Person'>,
    said: { readonly account: string; readonly means: string },
  ) => Promise<Result<undefined, SeenAccountRefusal> | undefined>
}

export type PayeePage = {
  readonly id: Id<'Person'>
  readonly name: PersonName
  readonly territory: readonly Words[]
  readonly households: readonly { readonly id: Id<'Household'>; readonly sourceId: string }[]
  readonly accounts: readonly AccountRow[]
  readonly providers: readonly {
    readonly code: string
    readonly name: string
    readonly kind: 'bank' | 'mobile' | 'cash'
  }[]
  readonly today: DateText
  /** For how many days a run passes over an account that replaced the one last paid. */
  readonly coolingDays: number
  readonly mayWrite: boolean
  readonly mayVerify: boolean
}

export type AccountRow = Omit<AccountLine, 'recordedAt' | 'verified'> & {
  readonly recordedAt: string
  readonly verified: { readonly means: VerificationMeans; readonly at: string; readonly byName: string } | undefined
}

export type RecordingRefusal = SaidAccountRefusal
