import type { Id, Result } from '#kernel'
import type { ApplicationRefusal, EnrolmentState } from '#programmes'
import type { HouseholdProgramme } from './programme-door.ts'

/** The programmes of the own household: where it stands, and asking for one. Undefined where nobody holds the session. */
export type OwnProgrammesDoor = {
  readonly ownProgrammes: (headers: Headers) => Promise<readonly HouseholdProgramme[] | undefined>
  readonly applyForOwn: (
    headers: Headers,
    asked: { readonly id: Id<'Application'>; readonly pack: string },
  ) => Promise<Result<{ readonly state: EnrolmentState }, ApplicationRefusal> | undefined>
}
