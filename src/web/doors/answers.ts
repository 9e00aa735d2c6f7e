import { transaction } from '#db'
import { err } from '#kernel'
import { answerPiecesOf, importAnswersFrom, listProviders, takenAnswers } from '#payments'
import { actorFor, decideAccess, type Permission, requireSecondFactor } from '#security'
import type { CycleDoor } from '../cycle-door.ts'
import { spooled } from '../spooled.ts'
import type { CycleParts } from './cycle.ts'
import { accessOf } from './reader.ts'

const WHOLE = { territory: '', programme: null, sensitivity: 'ordinary' } as const
const TAKE: Permission = 'payment_run.send'
const SHOWN = 50

/** Files of answers: what providers say became of payments, taken by whoever may say that a run was sent. */
export function answersDoor({ app, worker, ports }: CycleParts): Pick<CycleDoor, 'answers' | 'takeAnswers'> {
  return {
    async answers(reader) {
      const access = await accessOf(app, reader)
      if (!decideAccess(access.grants, 'payment_run.read', WHOLE, access.at).ok) return undefined
      return transaction(worker, actorFor(access, 'payment_run.read'), async tx => {
        const files = await takenAnswers(tx, SHOWN)
        const providers = await listProviders(tx)
        return {
          providers: providers.map(({ code, name }) => ({
            code,
            name,
            format: ports.get(code)?.adapter ?? 'iso20022',
          })),
          files: files.map(({ at, ...file }) => ({ ...file, at: at.toISOString() })),
          mayTake: decideAccess(access.grants, TAKE, WHOLE, access.at).ok,
        }
      })
    },
    async takeAnswers(reader, { provider, bytes }) {
      const access = await accessOf(app, reader)
      const allowed = decideAccess(access.grants, TAKE, WHOLE, access.at)
      if (!allowed.ok) return err({ code: 'not_granted', why: allowed.refusal })
      const factor = requireSecondFactor(reader, TAKE)
      if (!factor.ok) return err({ code: 'second_factor_required' })
      const read = answerPiecesOf(ports.get(provider))
      return spooled(bytes, async file => {
        if (file.size === 0) return err({ code: 'file_missing' })
        const stream = { open: file.read, read }
        return transaction(worker, actorFor(access, TAKE), tx => importAnswersFrom(tx, provider, stream))
      })
    },
  }
}
