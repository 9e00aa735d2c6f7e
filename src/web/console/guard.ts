import { data } from 'react-router'
import type { Id } from '#kernel'
import type { Permission } from '#security'
import { accessOf, doorsOf, staffOf } from '../load-context.ts'
import type { LoaderArgs } from '../route.ts'

/**
 * A loader or an action of the console, open to whoever holds the permission somewhere; where, the doors and the database
 * hold. Anybody else is told what is missing and whom to ask (403). Every page of the console goes through here: the walk
 * (test/walk.db.test.ts) looks.
 */
export function guarded<Answer>(
  permission: Permission,
  work: (args: LoaderArgs) => Promise<Answer>,
): (args: LoaderArgs) => Promise<Answer> {
  return async args => {
    const { context } = args
    if (!accessOf(context).permissions.includes(permission)) {
      throw data(await doorsOf(context).console.forbidden(staffOf(context), permission), { status: 403 })
    }
    return work(args)
  }
}

/** Refuses the file of own household or kin: the reader is told why, and which colleagues open it (403). */
export async function openUnlessTooClose(context: LoaderArgs['context'], household: Id<'Household'>): Promise<void> {
  const refused = await doorsOf(context).console.tooClose(staffOf(context), household)
  if (refused) throw data(refused, { status: 403 })
}
