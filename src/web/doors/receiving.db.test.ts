// The paper that proves who receives comes with the form: taken in as papers are, seen by who approves, and by nobody elsewhere.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type Transaction, transaction, workerActor } from '#db'
import { commandScanner, noScanner, openEvidenceStore, registerHouseholds, sweepEvidence } from '#households'
import { type DateText, type Id, newId } from '#kernel'
import { resealColumns } from '#privacy'
import {
  forgetColumnKeys,
  type ProposalId,
  type Role,
  recordGrant,
  registerStaff,
  rotateColumnKeys,
  serveCountry,
} from '#security'
import { TEST_WRAPPING, testDatabase } from '../../../test/database.ts'
import { BrokenForm } from '../multipart.ts'
import type { TransferSaid } from '../receiving-door.ts'
import { declarationDoor } from './declarations.ts'
import { receivingDoor } from './receiving.ts'
import { twoPersonDoor } from './two-persons.ts'

const { app, worker, owner } = await testDatabase()
const country = openCountry('ma')
await serveCountry(owner, 'ma')
const folder = await mkdtemp(join(tmpdir(), 'socle-transfer-papers-'))
after(() => rm(folder, { recursive: true, force: true }))
const asWorker = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(worker, workerActor('test'), work)
const store = openEvidenceStore({ folder, scanner: noScanner })
const doors = receivingDoor(app, country, store)
const papers = declarationDoor(app, country, store)
const two = twoPersonDoor(app, country)

async function member(name: string, role: Role, territory = '07') {
  const id = newId<'staff'>()
  await asWorker(async tx => {
    await registerStaff(tx, { id, name })
    await recordGrant(tx, id, { id: newId(), role, territory, sensitivity: 'ordinary' })
  })
  return { id, name, email: `${name}@example.org`, secondFactorAt: new Date().toISOString() } as never
}
const salma = await member('Salma', 'desk_agent')
const karim = await member('Karim', 'territory_supervisor')
const elsewhere = await member('Ali', 'territory_supervisor', '08')

await asWorker(tx =>
  registerHouseholds(
    tx,
    { country: 'ma', source: 'test', channel: 'import', actor: 'test', effectiveOn: '2026-01-01' as DateText, modelled: false, head: country.catalogue.head }, // biome-ignore format: one line
    Array.from({ length: 6 }, (_, at) => ({
      sourceId: `P${at}`,
      territory: '07.351',
      recipient: '1',
      facts: { territory: '07.351' },
      members: [
        { sourceId: '1', givenName: 'Idir', facts: { relation: 'head', sex: 'male', birth_date: '1980-01-01' } },
        { sourceId: '2', givenName: 'Tuda', facts: { relation: 'spouse', sex: 'female', birth_date: '1984-01-01' } },
      ],
    })),
  ),
)
const { rows: families } = await asWorker(tx =>
  sql<{ household: Id<'Household'>; person: Id<'Person'>; today: DateText }>`
    select household_id as household, person_id as person, (now() at time zone ${country.timeZone})::date as today
    from households.membership join households.household on household.id = household_id
    where membership.source_id = '2' order by household.source_id`.execute(tx),
)
let next = 0
/** A guardian for a family of its own, shown by a paper alone. */
function guardian(change: Partial<TransferSaid> = {}): TransferSaid {
  const { household, person, today } = families[next++]!
  return {
    id: newId<'Proposal'>(),
    household,
    person,
    capacity: 'guardian',
    proof: null,
    paper: newId<'Evidence'>(),
    reason: 'court_decided',
    says: 'Ordonnance du juge',
    from: today,
    until: null,
    ...change,
  }
}
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 4000) yield bytes.subarray(at, at + 4000)
}
const photo = (bytes = Buffer.concat([PNG, randomBytes(50_000)]), name = 'C:\\scan\\ordonnance "1".png') => ({
  bytes: pieces(bytes),
  name,
})
const files = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter(each => each.isFile()).map(each => each.name)
const codeOf = (answer: Awaited<ReturnType<typeof doors.proposeTransfer>>) => (answer.ok ? 'ok' : answer.refusal.code)
const waiting = async (reader: typeof salma, id: ProposalId) =>
  (await two.proposals(reader)).find(each => each.id === id)

test('the paper comes with the form, is seen by who approves before the answer, and by nobody elsewhere', async () => {
  const bytes = Buffer.concat([PNG, randomBytes(120_000)])
  const said = guardian()
  assert.equal(codeOf(await doors.proposeTransfer(salma, said, photo(bytes))), 'ok')
  const seen = await waiting(karim, said.id)
  assert.deepEqual(seen?.transfer?.paperTold, {
    name: 'ordonnance 1.png',
    mediaType: 'image/png',
    size: bytes.length,
    scan: 'not_scanned',
  })
  const opened = await papers.paper(karim, said.paper!)
  assert.deepEqual(Buffer.concat(await Array.fromAsync(opened!.bytes)), bytes)
  assert.equal(opened?.type, 'image/png')
  assert.equal(await papers.paper(elsewhere, said.paper!), undefined)
  assert.equal(await waiting(elsewhere, said.id), undefined)
  const own = await waiting(salma, said.id)
  assert.deepEqual([own?.own, own?.transfer?.paperTold?.name], [true, 'ordonnance 1.png'], 'who proposed sees it wait')
  const { rows } = await asWorker(tx =>
    sql<{ action: string; by: string; sha: string }>`
      select r.action, r.actor as by, encode(p.sha256, 'hex') as sha
      from security.audit_record r join households.transfer_paper p on r.detail ->> 'evidence' = p.id::text
      where p.id = ${said.paper} order by r.position`.execute(tx),
  )
  const hash = createHash('sha256').update(bytes).digest('hex')
  assert.deepEqual(
    rows.map(each => [each.action, each.sha]),
    [
      ['evidence.attach', hash],
      ['evidence.read', hash],
    ],
  )
  const answer = { step: 'approved', contentHash: seen!.contentHash, reason: '' } as const
  assert.ok((await two.answerProposal(karim, said.id, answer)).ok)
  const page = await doors.recipientPage(salma, said.household)
  assert.deepEqual([page?.current?.person, page?.current?.capacity], [said.person, 'guardian'])
})

test('a file that is refused, and a form that is refused, leave nothing behind', async () => {
  const before = await files()
  const tried = guardian()
  const cases: readonly [Partial<TransferSaid>, ReturnType<typeof photo>, string][] = [
    [{}, photo(Buffer.alloc(0)), 'file_empty'],
    [{}, photo(Buffer.from('<html><script>alert(1)</script>')), 'file_type_not_accepted'],
    [{}, photo(Buffer.concat([PNG, Buffer.alloc(10 * 1024 * 1024)])), 'file_too_large'],
    [{ says: ' ' }, photo(), 'says_missing'],
    [{ household: newId<'Household'>() }, photo(), 'household_unknown'],
    [{ person: { number: 'none' } }, photo(), 'number_unknown'],
    [{ paper: null }, { bytes: pieces(PNG), name: '' }, 'proof_missing'],
    [{ paper: newId<'Evidence'>() }, null as never, 'paper_unknown'],
  ]
  for (const [change, file, code] of cases) {
    const said = { ...tried, id: newId<'Proposal'>(), ...change }
    assert.equal(codeOf(await doors.proposeTransfer(salma, said, file)), code)
    assert.equal(await waiting(karim, said.id), undefined)
  }
  const infected = openEvidenceStore({ folder, scanner: commandScanner('/bin/sh', ['-c', 'cat > /dev/null; exit 1']) })
  assert.equal(
    codeOf(await receivingDoor(app, country, infected).proposeTransfer(salma, tried, photo())),
    'file_infected',
  )
  assert.equal(codeOf(await receivingDoor(app, country, undefined).proposeTransfer(salma, tried, photo())), 'no_folder')
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield PNG
    throw new BrokenForm()
  }
  await assert.rejects(doors.proposeTransfer(salma, tried, { bytes: broken(), name: 'x.png' }), BrokenForm)
  assert.deepEqual(await files(), before)
  const { rows } = await asWorker(tx =>
    sql`select from households.recipient_transfer where household_id = ${tried.household}`.execute(tx),
  )
  assert.equal(rows.length, 0)
})

test('sent twice at once it is proposed once, with one paper and one file', async () => {
  const before = (await files()).length
  const said = guardian()
  const both = await Promise.all([1, 2].map(() => doors.proposeTransfer(salma, said, photo())))
  assert.deepEqual(both.map(codeOf), ['ok', 'ok'])
  assert.equal((await files()).length, before + 1)
  assert.ok(await papers.paper(karim, said.paper!))
})

test('a paper is kept while its row names it, opens after a rotation of keys, and goes with its household', async () => {
  const bytes = Buffer.concat([PNG, randomBytes(70_000)])
  const said = guardian()
  assert.equal(codeOf(await doors.proposeTransfer(salma, said, photo(bytes))), 'ok')
  await transaction(owner, workerActor('test'), tx =>
    rotateColumnKeys(tx, { from: [TEST_WRAPPING], to: TEST_WRAPPING }),
  )
  forgetColumnKeys([app, worker])
  const { drafts } = await resealColumns(worker)
  assert.ok(drafts >= 1)
  assert.equal((await resealColumns(worker)).drafts, 0)
  const opened = await papers.paper(karim, said.paper!)
  assert.deepEqual(Buffer.concat(await Array.fromAsync(opened!.bytes)), bytes)
  const age = async () => {
    for (const each of await readdir(folder, { recursive: true, withFileTypes: true }))
      if (each.isFile()) await utimes(join(each.parentPath, each.name), new Date(0), new Date(0))
  }
  await age()
  assert.equal(await sweepEvidence(worker, store, async () => false), 0)
  await transaction(owner, workerActor('test'), tx =>
    sql`delete from households.recipient_transfer where household_id = ${said.household}`.execute(tx),
  )
  assert.equal(await sweepEvidence(worker, store, async () => false), 1)
  assert.equal(await papers.paper(karim, said.paper!), undefined)
})
