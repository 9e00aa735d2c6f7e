import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from 'kysely'
import { type Actor, type Transaction, transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import { testDatabase } from '../../../test/database.ts'
import { aliasesOf, issueAlias, MOST_ALIASES, personWithAlias, revokeAlias } from './alias.ts'
import { ALIAS_FORM, faultsOf } from './number-form.ts'
import { personWithToken, tellTokens, tokenOf } from './token.ts'

const { worker, app, owner } = await testDatabase()
const actor = workerActor('test')
const asWorker = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(worker, actor, work)
const agentOf = (territory: string): Actor =>
  ({ kind: 'staff', staffId: newId(), name: 'Agent', territories: [territory] }) as Actor
const forEver = { expiresAt: null }

async function register(territory = '07.351'): Promise<Id<'Person'>> {
  const id = newId<'Person'>()
  await asWorker(tx =>
    tx
      .insertInto('population.person')
      .values({ id, country: 'ma', territory, source: 'test', recorded_by: 'test' })
      .execute(),
  )
  return id
}

async function issued(person: Id<'Person'>, until: Date | null = null): Promise<string> {
  const given = await asWorker(tx => issueAlias(tx, person, { expiresAt: until }))
  assert.ok(given.ok)
  return given.value
}

const found = (alias: string) => asWorker(tx => personWithAlias(tx, 'ma', alias))

describe('aliases', () => {
  test('keep the rules of the standard and stand for the person, in the own country alone', async () => {
    const person = await register()
    const [one, other] = [await issued(person), await issued(person)]
    assert.notEqual(one, other)
    assert.deepEqual(faultsOf(one, ALIAS_FORM), [])
    assert.deepEqual([await found(one), await found(other)], [person, person])
    assert.equal(await asWorker(tx => personWithAlias(tx, 'sn', one)), undefined)
  })

  test('revoked, stand for nobody; the reason is kept, and it is not done twice', async () => {
    const person = await register()
    const alias = await issued(person)
    assert.ok(await asWorker(tx => revokeAlias(tx, 'ma', alias, 'shown to a stranger')))
    assert.ok(!(await asWorker(tx => revokeAlias(tx, 'ma', alias, 'again'))))
    assert.equal(await found(alias), undefined)
    const [kept] = await asWorker(tx => aliasesOf(tx, person))
    assert.equal(kept?.reason, 'shown to a stranger')
  })

  test('for a time stand until then, and no end is in the past', async () => {
    const person = await register()
    const { rows } = await asWorker(tx => sql<{ soon: Date }>`select now() + interval '1 hour' as soon`.execute(tx))
    const { soon } = rows[0]!
    const alias = await issued(person, soon)
    assert.equal(await found(alias), person)
    const late = await transaction(owner, actor, async tx => {
      await sql`select security.open_rewriting('population.person_alias')`.execute(tx)
      await sql`update population.person_alias set issued_at = now() - interval '2 hours', expires_at = now() - interval '1 hour'
        where alias = ${alias}`.execute(tx)
      await sql`select security.close_rewriting()`.execute(tx)
      return personWithAlias(tx, 'ma', alias)
    })
    assert.equal(late, undefined)
    const refused = await asWorker(tx => issueAlias(tx, person, { expiresAt: new Date(0) }))
    assert.ok(!refused.ok && refused.refusal.code === 'end_is_past')
  })

  test('stand so many at once and no more, whoever asks together', async () => {
    const person = await register()
    const answers = await Promise.all(
      Array.from({ length: MOST_ALIASES + 4 }, () => asWorker(tx => issueAlias(tx, person, forEver))),
    )
    assert.equal(answers.filter(answer => answer.ok).length, MOST_ALIASES)
    const [refused] = answers.filter(answer => !answer.ok)
    assert.deepEqual(!refused?.ok && refused?.refusal.code, 'too_many_aliases')
  })

  test('are given, read and revoked by who sees the person', async () => {
    const person = await register('07.351')
    const alias = await issued(person)
    const far = agentOf('06')
    assert.deepEqual(await transaction(app, far, tx => issueAlias(tx, person, forEver)), {
      ok: false,
      refusal: { code: 'person_unknown' },
    })
    assert.equal(await transaction(app, far, tx => personWithAlias(tx, 'ma', alias)), undefined)
    assert.ok(!(await transaction(app, far, tx => revokeAlias(tx, 'ma', alias, 'x'))))
    assert.ok((await transaction(app, agentOf('07'), tx => issueAlias(tx, person, forEver))).ok)
  })

  test('are never another person’s: not deleted, not moved, and when the person is erased nobody’s', async () => {
    const [person, other] = [await register(), await register()]
    const alias = await issued(person)
    for (const statement of [
      'delete from population.person_alias',
      `update population.person_alias set person_id = '${other}' where alias = '${alias}'`,
    ]) {
      await assert.rejects(
        transaction(owner, actor, tx => sql.raw(statement).execute(tx)),
        /alias/,
      )
    }
    await transaction(owner, actor, tx => sql`select population.erase_persons(array[${person}]::uuid[])`.execute(tx))
    assert.equal(await found(alias), undefined)
    const again = asWorker(tx =>
      sql`insert into population.person_alias (country, alias, person_id) values ('ma', ${alias}, ${other})
        on conflict do nothing`.execute(tx),
    )
    assert.equal((await again).numAffectedRows, 0n)
  })
})

describe('tokens', () => {
  const master = Buffer.alloc(32, 3)
  const [bank, school] = ['partner:bank', 'programme:ma/tayssir'] as const

  test('are the same for one audience and different for two, and come back to the person', async () => {
    const persons = [await register(), await register()]
    const told = await asWorker(tx => tellTokens(tx, master, bank, persons))
    assert.deepEqual(await asWorker(tx => tellTokens(tx, master, bank, persons)), told)
    const others = await asWorker(tx => tellTokens(tx, master, school, persons))
    assert.equal(new Set([...told.values(), ...others.values()]).size, 4)
    for (const [person, token] of told) {
      assert.match(token, /^[0-9a-f]{32}$/)
      assert.equal(await asWorker(tx => personWithToken(tx, bank, token)), person)
      assert.equal(await asWorker(tx => personWithToken(tx, school, token)), undefined)
    }
  })

  test('cannot be made without the key, and do not stand in the database', async () => {
    const person = await register()
    const token = (await asWorker(tx => tellTokens(tx, master, bank, [person]))).get(person)!
    assert.notEqual(tokenOf(Buffer.alloc(32, 4), bank, person), token)
    const { rows } = await transaction(owner, actor, tx =>
      sql<{ text: string }>`select string_agg(t::text, '') as text from population.person_token t`.execute(tx),
    )
    assert.ok(!rows[0]!.text.includes(token))
  })

  test('are told of persons whom the actor sees', async () => {
    const person = await register('07.351')
    const told = await transaction(app, agentOf('06'), tx => tellTokens(tx, master, bank, [person]))
    assert.equal(told.size, 0)
  })
})
