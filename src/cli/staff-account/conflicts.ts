import { type Databases, transaction } from '#db'
import { filesOfHousehold } from '#households'
import { newId, parseId } from '#kernel'
import {
  actorFor,
  type DeclareRefusal,
  declareConflict,
  type EndRefusal,
  endConflict,
  type GivenBy,
  isRelation,
  listConflicts,
  RELATIONS,
  type StaffUnknown,
} from '#security'
import { type Io, UsageError } from '../command.ts'
import { required } from '../options.ts'
import { actingAs, staffNamed } from '../staff.ts'

type Work = (databases: Databases, io: Io) => Promise<void>
type Options = {
  readonly household: string | undefined
  readonly relation: string | undefined
  readonly as: string | undefined
}

/** Closes the files of a household to a member of staff, in the name of who is called by `as`, or of the command itself. */
export function declareOf(name: string, options: Options, country: string): Work {
  const number = required(options.household, 'household', 'MA-1-000123')
  const relation = required(options.relation, 'relation', 'sibling')
  if (!isRelation(relation)) throw new UsageError(`--relation takes ${RELATIONS.join(', ')}, not ${relation}`)
  return async (databases, io) => {
    const { staffId: staff, name: said } = await staffNamed(databases.app, name)
    const { by, actor } = await declarer(databases, options.as)
    const answer = await transaction(databases.app, actor, async tx => {
      const found = await filesOfHousehold(tx, country, number)
      if (!found) throw new UsageError(`there is no household ${number}`)
      const { household, territory, files } = found
      const conflict = { id: newId<'Conflict'>(), staff, relation, household, person: null, files, territory } as const
      return declareConflict(tx, by, conflict)
    })
    if (!answer.ok) throw new UsageError(refusalText(answer.refusal))
    io.out(`${said}: the files of household ${number} are closed (${relation})\n`)
  }
}

/** Says that a conflict no longer holds. */
export function endOf(text: string, why: string, as: string | undefined): Work {
  const id = parseId<'Conflict'>(text)
  if (!id) throw new UsageError(`staff conflict end takes an id of socle staff conflict list, not ${text}`)
  return async (databases, io) => {
    const { by, actor } = await declarer(databases, as)
    const answer = await transaction(databases[by === 'operator' ? 'worker' : 'app'], actor, tx =>
      endConflict(tx, by, id, why),
    )
    if (!answer.ok) throw new UsageError(refusalText(answer.refusal))
    io.out(`conflict ${id} no longer holds\n`)
  }
}

/** Conflicts of everybody, or of one member of staff, as far as who asks may see them. */
export function listOf(name: string | undefined, as: string | undefined): Work {
  return async (databases, io) => {
    const of = name === undefined ? null : (await staffNamed(databases.app, name)).staffId
    const { by, actor } = await declarer(databases, as)
    const rows = await transaction(databases[by === 'operator' ? 'worker' : 'app'], actor, tx => listConflicts(tx, of))
    for (const { id, staffName, relation, household, from, byName, ended } of rows) {
      const until = ended ? ` until ${day(ended)}` : ''
      io.out(`${id}  ${staffName}  ${relation}  household ${household}  from ${day(from)}${until}, said by ${byName}\n`)
    }
    if (rows.length === 0) io.out('No conflict is declared.\n')
  }
}

const day = (at: Date) => at.toISOString().slice(0, 10)

async function declarer({ app }: Databases, as: string | undefined) {
  if (as !== undefined) {
    // Of oneself anybody may; of others, the decision says.
    const access = await staffNamed(app, as)
    const by: GivenBy = access.staffId
    return { by, actor: actorFor(access, 'staff.grant') }
  }
  const by: GivenBy = 'operator'
  return { by, actor: (await actingAs(app, as, 'socle staff'))('staff.grant') }
}

function refusalText(refusal: DeclareRefusal | EndRefusal | StaffUnknown): string {
  switch (refusal.code) {
    case 'staff_unknown':
      return `there is no member of staff ${refusal.staff}`
    case 'not_answering_for':
      return 'of others, only who gives roles where they work declares a conflict or ends it'
    case 'conflict_unknown':
      return 'there is no such conflict, or it is not shown to who asks; see socle staff conflict list'
    case 'own_conflict':
      return 'the person concerned does not end a conflict: somebody who answers for them does'
    case 'already_ended':
      return 'this conflict has ended before'
    case 'reason_missing':
      return '--why says why it no longer holds'
    case 'reason_too_long':
      return `--why takes ${refusal.most} characters at most`
  }
}
