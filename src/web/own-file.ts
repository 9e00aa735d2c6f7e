import type { Language, Month, Result, Words } from '#kernel'
import type { ShownMessage } from '#messaging'
import type { Outcome } from '#rules'
import type { CitizenCodeRefusal, CodeRequestRefusal } from '#security'
import type { Amount, ToldReading } from './context.ts'
import type { OwnCorrectionsDoor } from './own-corrections-door.ts'
import type { OwnDeclarationDoor } from './own-declaration-door.ts'
import type { OwnProgrammesDoor } from './own-programmes-door.ts'
import type { CorrectionRow } from './personal-data.ts'
import type { CurrentRecipient, TransferRow } from './receiving-door.ts'
import type { ReceiptPage, StatementPage, ToldPayment } from './statement.ts'

export type AskRefusal = { readonly code: 'phone_malformed' } | CodeRequestRefusal

/** What the citizen's page asks. There is none where nothing carries messages. */
export type CitizenDoor = OwnDeclarationDoor &
  OwnProgrammesDoor &
  OwnCorrectionsDoor & {
    /** Sends a code to a telephone of the register; the answer is the same for any other. */
    readonly ask: (asked: {
      readonly phone: string
      readonly client: string
      readonly language: Language
    }) => Promise<Result<{ readonly cookies: readonly string[] }, AskRefusal>>
    /** Whether this browser asked for a code that still serves. */
    readonly awaited: (headers: Headers) => Promise<boolean>
    readonly enter: (
      headers: Headers,
      code: string,
    ) => Promise<Result<{ readonly cookies: readonly string[] }, CitizenCodeRefusal>>
    /** The households of whoever holds the session; undefined where nobody does. */
    readonly own: (headers: Headers) => Promise<readonly OwnFile[] | undefined>
    /** The year of each own household; undefined where nobody holds the session. */
    readonly statement: (headers: Headers, year: string) => Promise<readonly StatementPage[] | undefined>
    /** Null where no own household has such a receipt. */
    readonly receipt: (headers: Headers, payment: string) => Promise<ReceiptPage | null | undefined>
    readonly leave: (headers: Headers) => Promise<readonly string[]>
    /** What was sent, and telephones to try: in a demonstration, and nowhere else. */
    readonly demonstration:
      | { readonly messages: () => Promise<readonly ShownMessage[]>; readonly phones: () => Promise<readonly string[]> }
      | undefined
  }

/** A household as those who belong to it see it. */
export type OwnFile = {
  readonly sourceId: string
  readonly territory: readonly Words[]
  readonly members: number
  /** Who receives the money; null where nobody does. */
  readonly receives: CurrentRecipient | null
  /** How that changed, the latest first. */
  readonly transfers: readonly Pick<TransferRow, 'id' | 'name' | 'capacity' | 'from' | 'until'>[]
  /** The latest decision of each programme. */
  readonly decisions: readonly {
    readonly name: Words
    readonly month: Month
    readonly outcome: Outcome
    readonly amount: Amount | undefined
  }[]
  /** The latest first. */
  readonly payments: readonly ToldPayment[]
  /** Corrections asked for, the latest first. */
  readonly corrections: readonly Pick<
    CorrectionRow,
    'id' | 'field' | 'member' | 'decided' | 'motive' | 'askedAt' | 'decidedAt'
  >[]
  readonly readings: readonly ToldReading[]
}
