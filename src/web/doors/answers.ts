import { transaction } from '#db'
import { plainFileName } from '#households'
import { err, newId, ok, type Result } from '#kernel'
import {
  answerPiecesOf,
  findGivenAnswers,
  type GivenAnswers,
  giveAnswers,
  listGivenAnswers,
  listProviders,
  lookAtAnswers,
  resumeGivenAnswers,
  takenAnswers,
  withdrawGivenAnswers,
} from '#payments'
import {
  type AccessRefusal,
  actorFor,
  decideAccess,
  type Permission,
  requireSecondFactor,
  type SignedIn,
  type StaffAccess,
} from '#security'
import type { AnswersDoor, GivenRow } from '../answers-door.ts'
import { spooled } from '../spooled.ts'
import type { CycleParts } from './cycle.ts'
import { accessOf } from './reader.ts'

const WHOLE = { territory: '', programme: null, sensitivity: 'ordinary' } as const
const READ: Permission = 'payment_run.read'
const TAKE: Permission = 'payment_run.send'
const SHOWN = 50
const GIVEN_SHOWN = 20

const may = (access: StaffAccess, permission: Permission) =>
  decideAccess(access.grants, permission, WHOLE, access.at).ok

type NotAllowed =
  | { readonly code: 'not_granted'; readonly why: AccessRefusal }
  | { readonly code: 'second_factor_required' }

function mayTake(reader: SignedIn, access: StaffAccess): Result<undefined, NotAllowed> {
  const allowed = decideAccess(access.grants, TAKE, WHOLE, access.at)
  if (!allowed.ok) return err({ code: 'not_granted', why: allowed.refusal })
  return requireSecondFactor(reader, TAKE).ok ? ok(undefined) : err({ code: 'second_factor_required' })
}

const rowOf = ({ staff: _staff, adapter: _adapter, ...row }: GivenAnswers): GivenRow => row

/** Files of answers: what providers say became of payments, given by whoever may say that a run was sent, and taken by the workers. */
export function answersDoor({ app, worker, ports }: CycleParts): AnswersDoor {
  const adapterOf = (provider: string) => ports.get(provider)?.adapter ?? 'iso20022'
  return {
    async answers(reader) {
      const access = await accessOf(app, reader)
      if (!may(access, READ)) return undefined
      return transaction(worker, actorFor(access, READ), async tx => {
        const given = await listGivenAnswers(tx, GIVEN_SHOWN)
        const files = await takenAnswers(tx, SHOWN)
        const providers = await listProviders(tx)
        return {
          providers: providers.map(({ code, name }) => ({ code, name, format: adapterOf(code) })),
          given: given.map(rowOf),
          files: files.map(({ at, ...file }) => ({ ...file, at: at.toISOString() })),
          mayTake: may(access, TAKE),
          secondFactor: requireSecondFactor(reader, TAKE).ok,
        }
      })
    },
    async giveAnswers(reader, { provider, name, bytes }) {
      const access = await accessOf(app, reader)
      const allowed = mayTake(reader, access)
      if (!allowed.ok) return allowed
      return spooled(bytes, async ({ size, sha256, read: open }) => {
        const looked = await lookAtAnswers({ size, open }, answerPiecesOf(ports.get(provider)))
        if (!looked.ok) return looked
        const given = {
          ...{ id: newId<'GivenAnswers'>(), provider, name: plainFileName(name), size, sha256 },
          ...{ adapter: adapterOf(provider), staff: access.staffId, givenBy: access.name },
        }
        return transaction(worker, actorFor(access, TAKE), tx => giveAnswers(tx, given, open))
      })
    },
    async givenAnswers(reader, id) {
      const access = await accessOf(app, reader)
      if (!may(access, READ)) return undefined
      const given = await transaction(worker, actorFor(access, READ), tx => findGivenAnswers(tx, id))
      return given && { given: rowOf(given), mayTake: may(access, TAKE) }
    },
    async stepAnswers(reader, id, step) {
      const access = await accessOf(app, reader)
      const allowed = mayTake(reader, access)
      if (!allowed.ok) return allowed
      return transaction(worker, actorFor(access, TAKE), tx =>
        step === 'resume' ? resumeGivenAnswers(tx, id) : withdrawGivenAnswers(tx, id, access.name),
      )
    },
  }
}
