// What tests of arrears and of what was overpaid share: households that are owed what the test says, paid and answered for.
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type Databases, transaction, workerActor } from '#db'
import { modelHouseholds, readHouseholdModel, registerHouseholds } from '#households'
import { type DateText, type Id, type Month, newId } from '#kernel'
import { approveRun, endToEndId, importAnswers, leastChecks, markRunSent, prepareRun, trialBalance } from '#payments'
import { entitle, payableFor, type RunId, recoverOverpaid } from '#programmes'
import { statement } from './bank-statement.ts'
import { codeOf, paymentTests, requestFor } from './payments.ts'

export type Home = {
  readonly household: Id<'Household'>
  readonly territory: string
  readonly declaration: string
  readonly payee: Id<'Person'>
}
export type Payment = { readonly id: string; readonly amount: bigint }

export const PACK = 'ma/asd'
export const country = openCountry('ma')
export const actor = workerActor('test')
export const [october, november, december] = ['2026-10', '2026-11', '2026-12'] as [Month, Month, Month]
const model = readHouseholdModel(fileURLToPath(new URL('../packs/ma', import.meta.url)))

export const amountsOf = (payments: readonly Payment[]) => payments.map(({ amount }) => amount)

/** In a database with nobody else in it. */
export async function arrearsTests(databases: Databases) {
  const { worker } = databases
  const { make, check, openLine, fileOf, held } = await paymentTests(databases)
  let seeds = 0
  const known = new Set<Home>()
  const asWorker = <Value>(work: Parameters<typeof transaction<Value>>[2]) => transaction(worker, actor, work)

  /** Households with somebody to receive and an account, in a programme of their own: what others decide is not seen. */
  async function homes(count: number): Promise<Home[]> {
    const from = newId()
    await asWorker(async tx => {
      const provenance = {
        country: 'ma',
        source: from,
        channel: 'generated',
        actor: 'test',
        effectiveOn: '2026-01-01' as DateText,
        modelled: true,
        head: country.catalogue.head,
      } as const
      const seed = ++seeds
      await registerHouseholds(tx, provenance, [...modelHouseholds(model, { seed, from: 0, to: count })])
    })
    return asWorker(async tx => {
      const { rows } = await sql<Home>`
        select h.id as household, h.territory, d.id as declaration, r.person_id as payee
        from households.household h join households.declaration d on d.household_id = h.id
          join households.published_recipient r on r.household_id = h.id
        where h.source = ${from} order by h.id`.execute(tx)
      assert.equal(rows.length, count)
      await sql`
        insert into payments.payee_account (id, payee_id, territory, valid_from, kind, provider)
        select gen_random_uuid(), payee, territory, '2026-01-01', 'cash', 'points'
        from unnest(${rows.map(row => row.payee)}::uuid[], ${rows.map(row => row.territory)}::text[]) as home (payee, territory)`.execute(
        tx,
      )
      for (const row of rows) known.add(row)
      return rows
    })
  }
  /**
   * A finished run that says these amounts, and nothing for the households of other tests; 0n: not eligible. Then what it says is
   * recorded as owed.
   */
  async function decided(month: Month, said: ReadonlyMap<Home, bigint>) {
    const amounts = new Map([...[...known].map(home => [home, 0n] as const), ...said])
    const id: RunId = newId()
    await asWorker(async tx => {
      const version = 'a'.repeat(64)
      await sql`
        insert into programmes.pack_version (version, country, pack, content) values (${version}, 'ma', ${PACK}, '{}')
        on conflict do nothing`.execute(tx)
      await sql`
        insert into programmes.determination_run (id, country, pack, pack_version, month, currency, asked_by, sequence, households)
        select ${id}, 'ma', ${PACK}, ${version}, ${month}, 'MAD', 'test', coalesce(max(sequence), 0) + 1, ${amounts.size}
        from programmes.determination_run where pack = ${PACK}`.execute(tx)
      for (const [{ household, territory, declaration }, amount] of amounts) {
        await sql`
          insert into programmes.determination (household_id, run_id, territory, declaration_id, outcome, amount_minor, refusals,
            open_refusals, missing, scores, lines, weight, pack, sequence)
          select ${household}, id, ${territory}, ${declaration}, ${amount > 0n ? 'eligible' : 'not_eligible'},
            ${amount > 0n ? amount : null}::bigint, '{}', '{}', '{}', '{}', '[]', 1, pack, sequence
          from programmes.determination_run where id = ${id}`.execute(tx)
      }
      await sql`
        update programmes.determination_run set finished_at = clock_timestamp(), result_hash = ${'0'.repeat(64)}
        where id = ${id}`.execute(tx)
    })
    const owed = await entitle(worker, { country, runId: id, askedBy: 'test' })
    assert.ok(owed.ok, codeOf(owed))
    return owed.value
  }

  const retried = { ...leastChecks, retriesMost: 99 }

  /** Pays a month as `socle pay prepare` does, up to the file that has left; null where nothing is to be paid. */
  async function paid(month: Month, share: string | null) {
    const request = requestFor(await openLine(100_000_000n), { period: month })
    const drafted = await make(async tx => {
      const recovered = await recoverOverpaid(tx, { pack: PACK, month, share })
      const answer = await prepareRun(tx, request, { select: payableFor(PACK, month) }, retried)
      return { recovered, answer }
    })
    const { recovered, answer } = drafted
    if (!answer.ok) {
      assert.equal(answer.refusal.code, 'nothing_to_pay')
      return { recovered, budgetLine: request.budgetLine, payments: [] }
    }
    assert.ok((await check(tx => approveRun(tx, request.id))).ok)
    assert.ok((await fileOf(request.id)).answer.ok)
    assert.ok((await check(tx => markRunSent(tx, request.id))).ok)
    const { rows } = await asWorker(tx =>
      sql<{ position: number; amount: bigint; payee: string }>`
        select position, amount, payee_id as payee from payments.instruction where run_id = ${request.id} order by position`.execute(
        tx,
      ),
    )
    const payments = rows.map(({ position, amount, payee }) => ({
      id: endToEndId(answer.value.run.reference, position),
      amount,
      payee,
    }))
    return { recovered, budgetLine: request.budgetLine, payments }
  }

  async function answered(payments: readonly Payment[], back = false): Promise<void> {
    const bytes = statement(payments.map(({ id, amount }) => ({ id, amount, back, why: 'TECH' })))
    const answer = await make(tx => importAnswers(tx, 'points', bytes))
    assert.ok(answer.ok, codeOf(answer))
  }

  async function standing(budgetLine: string, kind: 'overpaid' | 'written_off' | 'budget_line'): Promise<bigint> {
    const balances = await asWorker(tx => trialBalance(tx, { budgetLine }))
    const found = balances.find(each => each.kind === kind)
    return found === undefined ? 0n : found.credits - found.debits
  }

  return { asWorker, check, homes, decided, paid, answered, standing, held }
}
