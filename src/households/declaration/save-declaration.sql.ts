import { sql } from 'kysely'
import type { Country } from '#countries'
import { appendEvent, appendEvents, jsonb, type Transaction } from '#db'
import { type DateText, type Id, newId } from '#kernel'
import { correctPerson, settlePersons } from '#population'
import { appendAudit } from '#security'
import type { DeclaredFacts, IncomingMember } from '../incoming.ts'
import { registerHouseholds } from '../register-households.ts'
import { actorName } from './draft.sql.ts'
import type { HouseholdNow } from './household-now.sql.ts'
import type { Complete } from './submit-draft.ts'

type Declared = { readonly household: Id<'Household'>; readonly declaration: Id<'Declaration'> }
type Member = Complete['members'][number]

/** Where households that were declared here come from. */
const SOURCE = 'declaration'

/** A household that the register did not know, by the door through which all come in. */
export async function declareNew(tx: Transaction, country: Country, said: Complete): Promise<Declared> {
  const { number, channel, territory, on, facts } = said
  const actor = await actorName(tx)
  await registerHouseholds(
    tx,
    {
      country: country.code,
      source: SOURCE,
      channel,
      actor,
      effectiveOn: on,
      modelled: false,
      head: country.catalogue.head,
    },
    [{ sourceId: number, territory, facts: facts.household, members: said.members.map(each => incoming(each, said)) }],
  )
  const { rows } = await sql<Declared>`
    select household.id as household, declaration.id as declaration
    from households.household join households.declaration on declaration.household_id = household.id
    where (country, source, source_id) = (${country.code}, ${SOURCE}, ${number})`.execute(tx)
  const declared = rows[0]!
  await tellChanged(tx, country, said, declared, ['members'])
  return declared
}

function incoming(member: Member, { facts }: Complete): IncomingMember {
  return {
    sourceId: member.key,
    person: member.is,
    givenName: spoken(member.givenName) ?? undefined,
    familyName: spoken(member.familyName) ?? undefined,
    givenNameAr: spoken(member.givenNameAr) ?? undefined,
    familyNameAr: spoken(member.familyNameAr) ?? undefined,
    phone: spoken(member.phone) ?? undefined,
    facts: facts.members.get(member.key) ?? {},
  }
}

/** A household that the register knows says again what is true: another declaration, and who belongs from now on. */
export async function declareAgain(
  tx: Transaction,
  country: Country,
  now: HouseholdNow,
  said: Complete,
): Promise<Declared> {
  const actor = await actorName(tx)
  const household = now.id
  const declaration = newId<'Declaration'>()
  const relation = country.catalogue.head?.fact
  await savePeople(tx, country, now, said, actor)
  await moveMembers(tx, now, said, relation)
  const on = now.effectiveOn !== null && now.effectiveOn > said.on ? now.effectiveOn : said.on
  await sql`
    insert into households.declaration (household_id, id, effective_on, declared_at, channel, actor, facts, members)
    values (${household}, ${declaration}, ${on}, now(), ${said.channel}, ${actor}, ${jsonb(said.facts.household)},
      ${jsonb(membersSaid(now, said))})`.execute(tx)
  await nameRecipient(tx, country, now, said, actor)
  const changed = changedFacts(now, said)
  await appendAudit(tx, {
    action: 'household.declare',
    subject: { kind: 'household', id: household },
    territory: now.territory,
    purpose: `registration: ${said.channel}`,
    detail: { declaration, number: said.number, changed },
  })
  if (said.territory !== now.territory) {
    await sql`update households.household set territory = ${said.territory} where id = ${household}`.execute(tx)
  }
  await tellChanged(tx, country, said, { household, declaration }, changed)
  await appendEvent(tx, {
    type: 'households_declared',
    key: now.country,
    payload: { country: now.country, source: SOURCE, import: null, registered: 0, changed: [household] },
  })
  return { household, declaration }
}

/** Those who are new, those who moved with the household, and names, telephones and identity said otherwise than before. */
async function savePeople(tx: Transaction, country: Country, now: HouseholdNow, said: Complete, actor: string) {
  const known = new Map(now.said.members.map(member => [member.key, member]))
  const isNew = ({ is, person }: Member) => person === null && !known.has(is)
  const newcomers = said.members.filter(isNew).map(member => {
    const { sex, birth_date } = said.facts.members.get(member.key) ?? {}
    return {
      id: member.is,
      territory: said.territory,
      ...namesOf(member),
      sex: sex as 'female' | 'male',
      birthDate: birth_date as DateText,
    }
  })
  const homes = new Map(said.members.filter(each => !isNew(each)).map(({ is }) => [is, said.territory] as const))
  await settlePersons(
    tx,
    { newcomers, homes },
    { country: country.code, source: SOURCE, modelled: now.modelled, recordedBy: actor },
  )
  for (const member of said.members) {
    const change = isNew(member)
      ? { ...(member.phone === '' ? {} : { phone: member.phone }) }
      : known.has(member.is)
        ? saidOtherwise(member, known.get(member.is)!, said.facts.members.get(member.key) ?? {})
        : {}
    if (Object.keys(change).length > 0) {
      await correctPerson(tx, { person: member.is, ...change }, actor, { source: SOURCE, evidence: null })
    }
  }
}

const spoken = (text: string): string | null => (text.trim() === '' ? null : text.trim())

const namesOf = ({
  givenName,
  familyName,
  givenNameAr,
  familyNameAr,
}: Pick<Member, 'givenName' | 'familyName' | 'givenNameAr' | 'familyNameAr'>) => ({
  givenName: spoken(givenName),
  familyName: spoken(familyName),
  givenNameAr: spoken(givenNameAr),
  familyNameAr: spoken(familyNameAr),
})

/** Only what differs: a day of birth that is estimated stays so while nobody says another. */
function saidOtherwise(member: Member, before: HouseholdNow['said']['members'][number], facts: DeclaredFacts) {
  const names = namesOf(member)
  const known = namesOf(before)
  const { sex, birth_date } = facts
  return {
    ...Object.fromEntries(Object.entries(names).filter(([name, value]) => value !== known[name as keyof typeof known])),
    ...(member.phone.trim() === before.phone.trim() ? {} : { phone: spoken(member.phone) }),
    ...(sex === undefined || sex === before.answers.sex?.value ? {} : { sex: sex as 'female' | 'male' }),
    ...(birth_date === undefined || birth_date === before.answers.birth_date?.value
      ? {}
      : { birthDate: birth_date as DateText }),
  }
}

function relationIn({ facts }: Complete, member: Member, relation: string | undefined): string | null {
  const value = relation === undefined ? undefined : facts.members.get(member.key)?.[relation]
  return typeof value === 'string' ? value : null
}

/** Who no longer belongs leaves today, who is new joins today; another relation is another membership. */
async function moveMembers(
  tx: Transaction,
  now: HouseholdNow,
  said: Complete,
  relation: string | undefined,
): Promise<void> {
  const holds = said.members.map(member => ({
    person: member.is,
    sourceId: now.members.find(({ person }) => person === member.is)?.sourceId ?? member.key,
    relation: relationIn(said, member, relation),
  }))
  await sql`
    update households.membership set valid_to = greatest(valid_from, ${said.on}::date), ended_at = now()
    where household_id = ${now.id} and ended_at is null and not exists (
      select from jsonb_array_elements(${jsonb(holds)}) as held (e)
      where (e ->> 'person')::uuid = membership.person_id and e ->> 'relation' is not distinct from membership.relation)`.execute(
    tx,
  )
  await sql`
    insert into households.membership (household_id, person_id, valid_from, relation, source_id)
    select ${now.id}, (e ->> 'person')::uuid, ${said.on}, e ->> 'relation', e ->> 'sourceId'
    from jsonb_array_elements(${jsonb(holds)}) as held (e)
    where not exists (
      select from households.membership
      where household_id = ${now.id} and person_id = (e ->> 'person')::uuid and ended_at is null)`.execute(tx)
}

function membersSaid(now: HouseholdNow, said: Complete) {
  return said.members.map(member => ({
    id: member.is,
    source_id: now.members.find(({ person }) => person === member.is)?.sourceId ?? member.key,
    facts: said.facts.members.get(member.key) ?? {},
  }))
}

/** Whoever receives goes on to receive while belonging; otherwise the head does, but in the place of nobody whom two persons named. */
async function nameRecipient(
  tx: Transaction,
  country: Country,
  now: HouseholdNow,
  said: Complete,
  actor: string,
): Promise<void> {
  if (now.recipientStays || said.members.some(({ is }) => is === now.recipient)) return
  const { head } = country.catalogue
  const next = said.members.find(each => relationIn(said, each, head?.fact) === head?.code) ?? said.members[0]
  if (!next) return
  await sql`
    insert into households.recipient (household_id, id, person_id, effective_on, actor)
    values (${now.id}, ${newId()}, ${next.is}, ${said.on}, ${actor})`.execute(tx)
}

/** Names of what is said otherwise than before: `members`, `household.FACT`, `member.FACT`. */
function changedFacts(now: HouseholdNow, { facts, members }: Complete): string[] {
  const differing = (before: DeclaredFacts, after: DeclaredFacts) =>
    [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(name => before[name] !== after[name])
  const stays = members.filter(({ is }) => now.members.some(({ person }) => person === is))
  const moved = stays.length !== members.length || stays.length !== now.members.length
  return [
    ...new Set([
      ...(moved ? ['members'] : []),
      ...differing(now.facts, facts.household).map(name => `household.${name}`),
      ...stays.flatMap(({ key, is }) =>
        differing(now.members.find(({ person }) => person === is)?.facts ?? {}, facts.members.get(key) ?? {}).map(
          name => `member.${name}`,
        ),
      ),
    ]),
  ].sort()
}

/** Scores and decisions hear that they may rest on something else now. */
async function tellChanged(
  tx: Transaction,
  country: Country,
  { on }: Complete,
  { household, declaration }: Declared,
  changed: readonly string[],
): Promise<void> {
  await appendEvents(tx, [
    {
      type: 'household.changed',
      key: household,
      payload: { household, country: country.code, event: declaration, kind: 'declaration', on, changed: [...changed] },
    },
  ])
}
