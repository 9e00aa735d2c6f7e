import type { Result } from '#kernel'
import type { GivenAnswers, GivenAnswersId, GivingRefusal, OpenAnswersRefusal, TakenAnswers } from '#payments'
import type { AccessRefusal, SignedIn } from '#security'

type NotGranted = { readonly code: 'not_granted'; readonly why: AccessRefusal }
type NoSecondFactor = { readonly code: 'second_factor_required' }

/** Answers of providers: files given on a page, and what was taken. The whole country's: who sees a part of it gets undefined. */
export type AnswersDoor = {
  readonly answers: (reader: SignedIn) => Promise<AnswersPage | undefined>
  /** Lets a file come in whole, looks at its beginning, and leaves it to the workers. Answers the id to follow it by. */
  readonly giveAnswers: (
    reader: SignedIn,
    said: { readonly provider: string; readonly name: string; readonly bytes: AsyncIterable<Uint8Array> },
  ) => Promise<Result<GivenAnswersId, GivingRefusal | NotGranted | NoSecondFactor>>
  readonly givenAnswers: (reader: SignedIn, id: GivenAnswersId) => Promise<GivenAnswersPage | undefined>
  /** Leaves a file that waits to the workers once more, or takes it back. */
  readonly stepAnswers: (
    reader: SignedIn,
    id: GivenAnswersId,
    step: 'resume' | 'withdraw',
  ) => Promise<Result<undefined, StepAnswersRefusal>>
}

export type StepAnswersRefusal = OpenAnswersRefusal | NotGranted | NoSecondFactor

export type GivenRow = Omit<GivenAnswers, 'staff' | 'adapter'>

export type AnswersPage = {
  readonly providers: readonly { readonly code: string; readonly name: string; readonly format: string }[]
  /** Given on this page: those under way first. */
  readonly given: readonly GivenRow[]
  /** Taken, whichever way they came. */
  readonly files: readonly (Omit<TakenAnswers, 'at'> & { readonly at: string })[]
  readonly mayTake: boolean
  /** False where a password alone was shown: a file would be refused once it has come. */
  readonly secondFactor: boolean
}

export type GivenAnswersPage = {
  readonly given: GivenRow
  readonly mayTake: boolean
}
