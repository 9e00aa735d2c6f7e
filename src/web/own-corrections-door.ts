import type { KeepRefusal } from '#households'
import type { Id, Language, Result } from '#kernel'
import type { RectificationId, RectificationRefusal, RequestPaperRefusal } from '#privacy'
import type { CorrectionsPage } from './personal-data.ts'

/** What may be put right of the own household, what was chosen, and every request with its answer. */
export type OwnCorrections = CorrectionsPage & {
  /** Whether papers are taken. */
  readonly takesPapers: boolean
}

export type OwnCorrectionAsked = {
  readonly id: RectificationId
  readonly field: string
  readonly person: string | null
  readonly value: string
  readonly says: string
  /** In which the answer is told. */
  readonly language: Language
}

export type OwnPaperRefusal = RequestPaperRefusal | KeepRefusal | { readonly code: 'no_folder' }

/** What a citizen asks to have put right; undefined where nobody holds the session, or no household is theirs. */
export type OwnCorrectionsDoor = {
  /** `chosen` as an option's value names it. */
  readonly ownCorrections: (headers: Headers, chosen: string | undefined) => Promise<OwnCorrections | undefined>
  readonly askOwnCorrection: (
    headers: Headers,
    asked: OwnCorrectionAsked,
  ) => Promise<Result<unknown, { readonly code: RectificationRefusal['code'] | 'household_unknown' }> | undefined>
  readonly attachOwnPaper: (
    headers: Headers,
    asked: {
      readonly request: RectificationId
      readonly id: Id<'Evidence'>
      readonly name: string
      readonly bytes: AsyncIterable<Uint8Array>
    },
  ) => Promise<Result<unknown, OwnPaperRefusal> | undefined>
}
