import type { BeginRefusal, DraftRefusal, SubmitRefusal } from '#households'
import type { Result } from '#kernel'
import type { DeclarationHead, DraftChange, DraftId, FaultRow, SectionPage, SummaryPage } from './declaration-door.ts'

/** The declaration of the own household, as the family sees it. */
export type OwnDeclaration =
  /** None is under way; or an agent has one in hand. */
  | { readonly state: 'none' | 'desk' }
  | {
      readonly state: 'open' | 'waiting'
      readonly draft: DraftId
      readonly version: number
      readonly number: string
      readonly steps: DeclarationHead['steps']
      readonly page: SectionPage
      readonly parts: SummaryPage['parts']
      readonly errors: readonly FaultRow[]
    }

export type OwnDeclarationAsked =
  | { readonly go: 'begin' }
  | {
      readonly go: 'save' | 'send'
      readonly draft: DraftId
      readonly version: number
      readonly changes: readonly DraftChange[]
    }

/** What a citizen says of the own household; undefined where nobody holds the session. */
export type OwnDeclarationDoor = {
  readonly ownDeclaration: (headers: Headers, part: string) => Promise<OwnDeclaration | undefined>
  readonly declareOwn: (
    headers: Headers,
    asked: OwnDeclarationAsked,
  ) => Promise<Result<undefined, BeginRefusal | DraftRefusal | SubmitRefusal> | undefined>
}
