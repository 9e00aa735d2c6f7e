import type { Country } from '#countries'
import { type Databases, transaction } from '#db'
import { newId, parseDate, territoryCode } from '#kernel'
import {
  type GivenBy,
  type GiveRefusal,
  giveRole,
  inForce,
  isRole,
  listStaffAccess,
  type ProposeRoleRefusal,
  proposeRole,
  ROLES_OF_TWO,
  type Role,
  roleNames,
  roles,
  type StandingGrant,
  takeRoleBack,
} from '#security'
import { type ExitCode, type Io, UsageError } from '../command.ts'
import { countryNamed } from '../installation.ts'
import { required } from '../options.ts'
import { actingAs, staffNamed } from '../staff.ts'

/** What is given or taken back, as a call says it. */
export type GrantOptions = {
  readonly role: string | undefined
  readonly territory: string | undefined
  readonly programme: string | undefined
  readonly sensitive: boolean
  readonly from: string | undefined
  readonly until: string | undefined
}

export type AskedGrant = Omit<StandingGrant, 'id' | 'from'> & { readonly from?: Date }

/** Gives a role in the name of who is called by `as`, or of the command itself. */
export async function grantTo(
  databases: Databases,
  as: string | undefined,
  name: string,
  grant: AskedGrant,
  why: string | undefined,
  io: Io,
): Promise<void> {
  const { by, actor } = await giver(databases, as)
  const { staffId: to, name: toName } = await staffNamed(databases.app, name)
  const id = newId<'grant'>()
  if (by !== 'operator' && why !== undefined && ROLES_OF_TWO.includes(grant.role)) {
    const proposal = { id: newId<'Proposal'>(), says: why }
    const asked = await transaction(databases.app, actor, tx => proposeRole(tx, by, to, { id, ...grant }, proposal))
    if (!asked.ok) throw new UsageError(proposeRefusalText(asked.refusal))
    io.out(`${toName}: ${grant.role} is proposed; somebody else approves it on /console/proposals/${proposal.id}\n`)
    return
  }
  const answer = await transaction(databases.app, actor, tx => giveRole(tx, by, to, { id, ...grant }))
  if (!answer.ok) throw new UsageError(refusalText(answer.refusal))
  io.out(`${toName}: ${grantText({ ...answer.value, id })}\n`)
}

/** Takes a role back, however often it was given. */
export async function revokeFrom(
  databases: Databases,
  as: string | undefined,
  name: string,
  { role, territory, programme }: AskedGrant,
  io: Io,
): Promise<void> {
  const { by, actor } = await giver(databases, as)
  const { staffId, name: fromName, grants, at } = await staffNamed(databases.app, name)
  const found = grants.filter(
    one =>
      one.role === role &&
      one.territory === territory &&
      one.programme === programme &&
      (one.until === null || at < one.until),
  )
  if (found.length === 0) throw new UsageError(`${fromName} does not hold this; socle staff list shows who holds what`)
  for (const grant of found) {
    const answer = await transaction(databases.app, actor, tx => takeRoleBack(tx, by, staffId, grant))
    if (!answer.ok) throw new UsageError(refusalText(answer.refusal))
    io.out(`${fromName} no longer: ${grantText(grant)}\n`)
  }
}

async function giver({ app }: Databases, as: string | undefined) {
  const acting = await actingAs(app, as, 'socle staff')
  const by: GivenBy = as === undefined ? 'operator' : (await staffNamed(app, as)).staffId
  // Where and what they may give is the decision's; that they may give at all is asked as for every other act.
  return { by, actor: acting('staff.grant', 'somewhere') }
}

/** Everybody, with the roles that stand. */
export async function listRoles({ app }: Databases, io: Io): Promise<void> {
  const everybody = await listStaffAccess(app)
  if (everybody.length === 0) io.out('Nobody is recorded; see socle help staff.\n')
  for (const { staffId, name, grants, at } of everybody) {
    io.out(`${name}  ${staffId}\n`)
    const standing = grants.filter(grant => grant.until === null || at < grant.until)
    for (const grant of standing) io.out(`  ${grantText(grant)}${inForce(grant, at) ? '' : ' (not yet)'}\n`)
    if (standing.length === 0) io.out('  no role\n')
  }
}

/** Every role with its permissions. */
export function showRoles(io: Io): ExitCode {
  for (const role of roleNames) {
    const { permissions, gives } = roles[role]
    io.out(`${role}\n  ${permissions.join(', ')}\n`)
    if (gives.length > 0) io.out(`  gives: ${gives.join(', ')}\n`)
  }
  return 0
}

/** Reads a grant from the options of a call, held to what the country has. */
export function grantIn(options: GrantOptions, countryCode: string): AskedGrant {
  const role = required(options.role, 'role', 'desk_agent')
  if (!isRole(role)) throw new UsageError(`--role takes ${roleNames.join(', ')}, not ${role}`)
  const country = countryNamed(countryCode)
  const [from, until] = [dayOf(options.from, 'from'), dayOf(options.until, 'until')]
  return {
    role,
    territory: territoryIn(country, options.territory),
    programme: programmeIn(country, options.programme),
    sensitivity: options.sensitive ? 'sensitive' : 'ordinary',
    until: until ?? null,
    ...(from ? { from } : {}),
  }
}

function territoryIn(country: Country, text: string | undefined): string {
  if (text === undefined) return ''
  const code = territoryCode(text)
  if (!country.territories.find(code)) {
    const roots = country.territories.childrenOf().map(each => each.code)
    throw new UsageError(
      `--territory takes a code of ${country.code} such as ${roots.slice(0, 5).join(', ')}, not ${text}`,
    )
  }
  return code
}

function programmeIn(country: Country, pack: string | undefined): string | null {
  if (pack === undefined) return null
  const known = [...country.book.packs.keys()]
  if (!known.includes(pack)) throw new UsageError(`--programme takes one of ${known.join(', ')}, not ${pack}`)
  return pack
}

function dayOf(text: string | undefined, name: string): Date | undefined {
  if (text === undefined) return undefined
  const day = parseDate(text)
  if (day === undefined) throw new UsageError(`--${name} takes a day such as 2026-12-31, not ${text}`)
  return new Date(`${day}T00:00:00Z`)
}

function grantText({ role, territory, programme, sensitivity, from, until }: StandingGrant): string {
  const day = (at: Date) => at.toISOString().slice(0, 10)
  const parts = [
    role,
    territory === '' ? 'the whole country' : `territory ${territory}`,
    programme ?? 'every programme',
    sensitivity,
    `from ${day(from)}${until ? ` until ${day(until)}` : ''}`,
  ]
  return parts.join(' · ')
}

function proposeRefusalText(refusal: ProposeRoleRefusal): string {
  if (refusal.code === 'reason_missing') return '--why says why the role is needed'
  if (refusal.code === 'reason_too_long') return `--why takes ${refusal.most} characters at most`
  return refusalText(refusal)
}

function refusalText(refusal: GiveRefusal): string {
  switch (refusal.code) {
    case 'own_grant':
      return 'nobody gives a role to oneself, or takes it back: --as must name somebody else'
    case 'ends_before_it_begins':
      return '--until takes a day after that of --from'
    case 'role_not_given_by_you': {
      const by = roleNames.filter(role => (roles[role].gives as readonly Role[]).includes(refusal.role))
      return `the role ${refusal.role} is given by ${by.join(' or ')}, and who is named by --as is none in force`
    }
    case 'wider_than_own':
      return `that reaches further than the role of who is named by --as: ${refusal.dimensions.join(', ')}`
    case 'staff_unknown':
      return `there is no member of staff ${refusal.staff}`
    case 'needs_second_person':
      return `the role ${refusal.role} is given by two persons: --why says why, and somebody else approves it in the console`
  }
}
