// Whether two files are one person, settled by people who may err, cross each other, or come late.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type Transaction, transaction, workerActor } from '#db'
import {
  answerMerge,
  mergeSituation,
  recordEvent,
  registerHouseholds,
  type SettleDuplicate,
  settleDuplicate,
} from '#households'
import { type DateText, type Id, newId } from '#kernel'
import { listOpenPairs, nameKey, openIncomingPersons, savePersons, settlePair } from '#population'
import {
  actorFor,
  answerProposal,
  declareConflict,
  findProposal,
  findStaffAccess,
  type ProposalId,
  recordGrant,
  registerStaff,
} from '#security'
import { testDatabase } from '../../../test/database.ts'

const { app, worker } = await testDatabase()
const work = workerActor('test')
const country = openCountry('ma')
const day = (text: string) => text as DateText

async function supervisor(name: string, ...territories: string[]): Promise<Id<'staff'>> {
  const id = newId<'staff'>()
  await transaction(worker, work, async tx => {
    await registerStaff(tx, { id, name })
    for (const territory of territories) {
      await recordGrant(tx, id, { id: newId<'grant'>(), role: 'territory_supervisor', territory })
    }
  })
  return id
}
const amina = await supervisor('Amina', '')
const driss = await supervisor('Driss', '')
const omar = await supervisor('Omar', '07.351', '07.352')

async function as<Value>(id: Id<'staff'>, run: (tx: Transaction) => Promise<Value>): Promise<Value> {
  const access = (await findStaffAccess(app, id)) ?? assert.fail()
  return transaction(app, actorFor(access, 'duplicate.settle'), run)
}

/** Persons with no household. */
async function persons(count: number, territory = '07.351.01.'): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId<'Person'>() as string)
  await transaction(worker, work, async tx => {
    await openIncomingPersons(tx)
    for (const [at, id] of ids.entries()) {
      await sql`
        insert into pg_temp.incoming_person (id, territory, given_name, family_name, name_key, sex, birth_date, birth_precision)
        values (${id}, ${territory}, ${`Idir${at}`}, 'Amezian', ${nameKey(`Idir${at}`, 'Amezian')}, 'male', '1980-01-01', 'day')`.execute(
        tx,
      )
    }
    await savePersons(tx, { country: 'ma', source: 'test', modelled: false, recordedBy: 'test' })
  })
  return ids
}

let registered = 0
/** Somebody who lives alone, and receives. */
async function alone(): Promise<{ person: string; household: Id<'Household'> }> {
  const sourceId = `alone-${++registered}`
  const facts = { relation: 'head', sex: 'male', birth_date: '1980-01-01', marital_status: 'single' }
  await transaction(worker, work, tx =>
    registerHouseholds(
      tx,
      {
        ...{ country: 'ma', source: 'test', channel: 'import', actor: 'test', effectiveOn: day('2026-01-01') },
        modelled: false,
        head: { fact: 'relation', code: 'head' },
      },
      [
        {
          sourceId,
          territory: '07.351',
          facts: { territory: '07.351', area: 'rural', rooms: 2 },
          members: [
            { sourceId: '1', givenName: 'Idir', facts },
            { sourceId: '2', givenName: 'Tuda', facts: { ...facts, relation: 'child', birth_date: '2015-01-01' } },
          ],
        },
      ],
    ),
  )
  return transaction(worker, work, async tx => {
    const { rows } = await sql<{ person: string; household: Id<'Household'> }>`
      select person_id as person, household_id as household from households.membership
        join households.household on household.id = household_id
      where household.source_id = ${sourceId} and relation = 'head'`.execute(tx)
    return rows[0]!
  })
}

const seenOf = async (by: Id<'staff'>, one: string, other: string) =>
  (await as(by, tx => mergeSituation(tx, one, other)))?.seen ?? ''
type Said = Partial<SettleDuplicate> & Pick<SettleDuplicate, 'decision'>
async function say(by: Id<'staff'>, one: string, other: string, said: Said) {
  const seen = said.seen ?? (await seenOf(by, one, other))
  const asked: SettleDuplicate = {
    id: newId(),
    persons: [one, other],
    reason: 'seen together',
    by: 'test',
    purpose: 'data_quality: test',
    ...said,
    seen,
  }
  return as(by, tx => settleDuplicate(tx, asked))
}
const codeOf = (answer: { ok: true; value?: unknown } | { ok: false; refusal: { code: string } }) =>
  answer.ok ? (answer.value ?? 'ok') : answer.refusal.code
const mergesOf = (...ids: string[]) =>
  transaction(worker, work, async tx => {
    const { rows } = await sql<{ merged: string; kept: string }>`
      select merged, kept from population.person_merge
      where merged = any (${ids}::uuid[]) or kept = any (${ids}::uuid[]) order by 1, 2`.execute(tx)
    return rows
  })
const yes = { step: 'approved', reason: '', secondFactorAt: null } as const
const approve = async (by: Id<'staff'>, name: string, id: ProposalId) =>
  as(by, async tx => {
    const contentHash = (await findProposal(tx, id))?.contentHash ?? ''
    return answerMerge(tx, { id: by, name }, id, { ...yes, contentHash })
  })

test('one settles what touches neither two households nor two who are paid; a motive is asked', async () => {
  const [one, other] = (await persons(2)) as [string, string]
  assert.equal(codeOf(await say(amina, one, other, { decision: 'same', kept: one, reason: ' ' })), 'reason_missing')
  assert.equal(
    codeOf(await say(amina, one, other, { decision: 'same', kept: one, reason: 'x'.repeat(1001) })),
    'reason_too_long',
  )
  assert.equal(codeOf(await say(amina, one, other, { decision: 'same' })), 'kept_is_neither')
  const id = newId<'MatchDecision'>()
  const seen = await seenOf(amina, one, other)
  assert.equal(codeOf(await say(amina, one, other, { id, decision: 'same', kept: one, seen })), 'settled')
  assert.equal(codeOf(await say(amina, one, other, { id, decision: 'same', kept: one, seen })), 'exists')
  assert.equal(codeOf(await say(amina, one, other, { id, decision: 'different', seen })), 'exists_with_other_content')
  assert.deepEqual(await mergesOf(one, other), [{ merged: other, kept: one }])
  assert.equal(codeOf(await say(amina, one, other, { decision: 'undo' })), 'settled')
  assert.deepEqual(await mergesOf(one, other), [])
})

test('two households: one proposes, another approves, once; nobody alone, in the program nor past it', async () => {
  const [one, other] = [await alone(), await alone()]
  const id = newId<'MatchDecision'>()
  const proposal = id as string as ProposalId
  const said = { id, decision: 'same', kept: one.person } as const
  assert.equal(codeOf(await say(amina, one.person, other.person, said)), 'proposed')
  assert.equal(codeOf(await say(amina, one.person, other.person, said)), 'proposed')
  assert.deepEqual(await mergesOf(one.person), [])
  await assert.rejects(
    as(amina, tx =>
      settlePair(tx, {
        ...{ id: newId(), persons: [one.person, other.person], decision: 'same', kept: one.person },
        ...{ decidedBy: 'Amina', purpose: 'data_quality: test' },
      }),
    ),
    /one person proposes the merge/,
  )
  assert.equal(codeOf(await approve(amina, 'Amina', proposal)), 'own_proposal')
  const answers = await Promise.all([approve(driss, 'Driss', proposal), approve(driss, 'Driss', proposal)])
  assert.deepEqual(answers.map(codeOf).sort(), ['not_waiting', 'ok'])
  assert.deepEqual(await mergesOf(one.person), [{ merged: other.person, kept: one.person }])
  const { rows } = await transaction(worker, work, tx =>
    sql<{ by: string; living: number }>`
      select decided_by as by, (select count(*)::int from households.membership
        where person_id in (${one.person}, ${other.person}) and ended_at is null) as living
      from population.match_decision where id = ${id}`.execute(tx),
  )
  assert.deepEqual(rows, [{ by: 'Amina · Driss', living: 2 }], 'no household is touched by itself')
})

test('what changed after it was proposed is not approved, and may be refused', async () => {
  const [one, other] = [await alone(), await alone()]
  const id = newId<'MatchDecision'>()
  await say(amina, one.person, other.person, { id, decision: 'same', kept: one.person })
  await say(driss, one.person, other.person, { decision: 'later' })
  const proposal = id as string as ProposalId
  assert.equal(codeOf(await approve(driss, 'Driss', proposal)), 'changed_meanwhile')
  const seen = await as(driss, tx => findProposal(tx, proposal))
  assert.deepEqual(seen?.steps, [])
  const no = { ...yes, step: 'refused', reason: 'two brothers', contentHash: seen!.contentHash } as const
  assert.ok((await as(driss, tx => answerMerge(tx, { id: driss, name: 'Driss' }, proposal, no))).ok)
  assert.deepEqual(await mergesOf(one.person), [])
})

test('a merge is not carried out by the general door of proposals', async () => {
  const [one, other] = [await alone(), await alone()]
  const id = newId<'MatchDecision'>() as string as ProposalId
  await say(amina, one.person, other.person, { id: id as never, decision: 'same', kept: one.person })
  const contentHash = (await as(driss, tx => findProposal(tx, id)))!.contentHash
  await as(driss, tx => answerProposal(tx, driss, id, { ...yes, contentHash }))
  assert.deepEqual(await mergesOf(one.person), [])
})

test('a page that is out of date decides nothing', async () => {
  const [one, other] = (await persons(2)) as [string, string]
  const seen = await seenOf(amina, one, other)
  assert.equal(codeOf(await say(driss, one, other, { decision: 'later' })), 'settled')
  assert.equal(codeOf(await say(amina, one, other, { decision: 'different', seen })), 'changed_meanwhile')
  const again = await seenOf(amina, one, other)
  await transaction(worker, work, tx =>
    sql`update population.person set nickname = 'x', recorded_at = clock_timestamp() where id = ${one}`.execute(tx),
  )
  assert.equal(codeOf(await say(amina, one, other, { decision: 'different', seen: again })), 'changed_meanwhile')
})

test('territories and kin hold: two of two territories, one of elsewhere, one’s own family', async () => {
  const [one] = (await persons(1, '07.351.01.')) as [string]
  const [other] = (await persons(1, '07.352.01.')) as [string]
  const [far] = (await persons(1, '09.001.01.')) as [string]
  assert.equal(codeOf(await say(omar, one, other, { decision: 'different' })), 'beyond_territory')
  assert.equal(codeOf(await say(omar, one, far, { decision: 'different' })), 'unknown_person')
  assert.equal(codeOf(await say(omar, one, one, { decision: 'different' })), 'unknown_person')
  assert.equal(codeOf(await say(omar, one, newId(), { decision: 'different' })), 'unknown_person')
  const family = await alone()
  await transaction(worker, work, tx =>
    declareConflict(tx, 'operator', {
      ...{ id: newId(), staff: omar, relation: 'own', household: family.household, person: null },
      ...{ files: [family.household, family.person], territory: '' },
    }),
  )
  assert.equal(codeOf(await say(omar, one, family.person, { decision: 'later' })), 'unknown_person')
  assert.equal(codeOf(await say(driss, one, family.person, { decision: 'later' })), 'settled')
})

test('merges that cross, and an undo at once with another answer: who came first stands, the rest is told', async () => {
  const [a, b, c] = (await persons(3)) as [string, string, string]
  const same = (kept: string) => ({ decision: 'same', kept }) as const
  const crossing = await Promise.all([
    say(amina, a, b, same(a)),
    say(driss, b, a, same(b)),
    say(amina, a, c, same(c)),
    say(driss, b, c, same(c)),
  ])
  const stands = await mergesOf(a, b, c)
  assert.equal(crossing.filter(({ ok }) => ok).length, stands.length)
  const merged = new Set(stands.map(row => row.merged))
  assert.ok(stands.length >= 1 && stands.every(({ kept }) => !merged.has(kept)))
  for (const each of crossing.filter(answer => !answer.ok)) {
    assert.ok(
      ['already_same', 'merged_elsewhere', 'stands_for_others', 'changed_meanwhile'].includes(String(codeOf(each))),
    )
  }
  const [one, other] = (await persons(2)) as [string, string]
  await say(amina, one, other, same(one))
  const seen = await seenOf(amina, one, other)
  const answers = await Promise.all([
    say(amina, one, other, { decision: 'undo', seen }),
    say(driss, one, other, { decision: 'undo', seen }),
    say(driss, one, other, { ...same(other), seen }),
  ])
  assert.equal(answers.filter(({ ok }) => ok).length, 1)
  assert.deepEqual(await mergesOf(one, other), [])
})

test('a merge racing a household’s event: done on what was shown, or told to look again', async () => {
  for (let round = 0; round < 6; round++) {
    const [one, other] = [await alone(), await alone()]
    const seen = await seenOf(amina, one.person, other.person)
    const event = {
      ...{ id: newId<'HouseholdEvent'>(), household: other.household, on: day('2026-06-10'), says: '' },
      kind: 'arrival' as const,
      person: (await persons(1))[0] as Id<'Person'>,
      relation: 'other',
    }
    const access = (await findStaffAccess(app, driss))!
    const [settled, recorded] = await Promise.all([
      say(amina, one.person, other.person, { decision: 'different', seen }),
      transaction(app, actorFor(access, 'household.write'), tx =>
        recordEvent(tx, country, event, { today: day('2026-11-22'), channel: 'desk' }),
      ),
    ])
    assert.ok(recorded.ok, JSON.stringify(recorded))
    assert.ok(['settled', 'changed_meanwhile'].includes(String(codeOf(settled))))
  }
})

/** What anybody could ask of these persons. */
const answersOf = (ids: readonly string[]) =>
  transaction(worker, work, async tx => {
    const { rows } = await sql<{ text: string }>`
      select coalesce(string_agg(line, '|' order by line), '') as text from (
        select p::text as line from population.person p where id = any (${ids}::uuid[])
        union all select m.merged::text || m.kept::text from population.person_merge m where merged = any (${ids}::uuid[])
        union all select v::text from population.published_person v where id = any (${ids}::uuid[])
      ) as lines`.execute(tx)
    const open = await listOpenPairs(tx, 'ma', { limit: 1000 })
    return {
      text: rows[0]!.text,
      open: open.filter(({ one }) => ids.includes(one)).map(({ one, other }) => one + other),
    }
  })

test('settlements and undos in any order: all stands as if what was undone had never been said', async () => {
  const step = fc.record({
    one: fc.nat({ max: 4 }),
    other: fc.nat({ max: 4 }),
    decision: fc.constantFrom('same', 'same', 'different', 'later', 'undo', 'undo'),
    first: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async steps => {
      const ids = await persons(5)
      const twin = await persons(5)
      const done: { pair: string; decision: string; at: number }[] = []
      const run = async (among: readonly string[], at: number) => {
        const { one, other, decision, first } = steps[at]!
        const kept = decision === 'same' ? { kept: among[first ? one : other]! } : {}
        return say(amina, among[one]!, among[other]!, { decision: decision as SettleDuplicate['decision'], ...kept })
      }
      for (const [at, { one, other, decision }] of steps.entries()) {
        if ((await run(ids, at)).ok) done.push({ pair: [one, other].sort().join(), decision, at })
      }
      // What was undone, and the undo, are left out; the rest is said of five others.
      const standing = done.filter(({ pair, decision }, place) => {
        if (decision === 'undo') return false
        return done.slice(place + 1).find(later => later.pair === pair)?.decision !== 'undo'
      })
      for (const { at } of standing) assert.ok((await run(twin, at)).ok, `${at} of ${JSON.stringify(steps)}`)
      const named = (all: readonly string[], text: string) =>
        all.reduce((said, id, place) => said.replaceAll(id, `person ${place}`), text)
      const merges = async (all: readonly string[]) => named(all, JSON.stringify(await mergesOf(...all)))
      assert.deepEqual(JSON.parse(await merges(ids)).toSorted(byText), JSON.parse(await merges(twin)).toSorted(byText))
    }),
    { numRuns: 15 },
  )
})
const byText = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)

test('undone, every query answers as before', async () => {
  const ids = await persons(4)
  const before = await answersOf(ids)
  for (const [one, other] of [
    [0, 1],
    [0, 2],
    [2, 3],
  ] as const) {
    await say(amina, ids[one]!, ids[other]!, { decision: 'same', kept: ids[one]! })
  }
  assert.notDeepEqual(await answersOf(ids), before)
  for (const [one, other] of [
    [0, 2],
    [0, 1],
    [2, 3],
  ] as const) {
    await say(driss, ids[one]!, ids[other]!, { decision: 'undo' })
  }
  assert.deepEqual(await answersOf(ids), before)
})
