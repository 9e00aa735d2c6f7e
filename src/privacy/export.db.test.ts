import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { countHouseholds } from '#households'
import { type Id, type Month, newId } from '#kernel'
import { type ExportRequest, exportContent, exportPseudonymised } from '#privacy'
import { answerProposal, findStaffActor, propose, recordGrant, registerStaff } from '#security'
import { demonstrated, staffIn } from '../../test/demonstrated.ts'

const { databases, country, month } = await demonstrated(1500)
// Some stand in the register twice, for the desk to settle.
const households = await transaction(databases.worker, workerActor('test'), tx => countHouseholds(tx, country.code))
const master = Buffer.alloc(32, 5)
const by = staffIn('')
const usual = { country, purpose: 'research-2026', unit: 'household', month, facts: ['dwelling', 'rooms'], by } as const

async function made(change: Partial<ExportRequest> = {}) {
  let text = ''
  const answer = await exportPseudonymised(databases.worker, master, { ...usual, ...change }, async piece => {
    text += piece
  })
  assert.ok(answer.ok, JSON.stringify(answer))
  return { text, lines: parse(text, { columns: true }) as Record<string, string>[], ...answer.value }
}

test('no id, name, number or exact place leaves; each group has k households; the rest is counted', async () => {
  const { text, lines: rows, suppressed, sha256 } = await made({ pack: 'ma/asd' })
  assert.equal(createHash('sha256').update(text).digest('hex'), sha256)
  assert.equal(rows.length + suppressed.rows, households)
  assert.ok(rows.length > 0 && suppressed.rows > 0)
  const held = await transaction(databases.worker, workerActor('test'), async tx => {
    const { rows } = await sql<{ words: string[] }>`
      select array_agg(distinct word) as words from (
        select unnest(array[given_name, family_name, given_name_ar, family_name_ar, id::text]) as word from population.person
        union select unnest(array[id::text, source_id, territory]) from households.household where territory ~ '[.].*[.]'
      ) as words where length(word) > 3`.execute(tx)
    return rows[0]!.words
  })
  assert.deepEqual(
    held.filter(word => text.includes(word)),
    [],
  )
  const groups = Map.groupBy(rows, row => `${row.province} ${row.size}`)
  for (const [group, members] of groups) assert.ok(members.length >= 10, group)
  assert.ok(rows.some(row => row.outcome === 'eligible' && row.amount !== ''))
})

test('members leave by sex and band of age, and every group of what tells apart has k of them', async () => {
  const { lines: rows } = await made({ unit: 'member', facts: ['birth_date', 'sex', 'schooling', 'household.rooms'] })
  assert.ok(rows.length > 100)
  assert.match(rows[0]!.age_band!, /^\d+-\d+$|^85\+$/)
  const groups = Map.groupBy(rows, row => `${row.province} ${row.age_band} ${row.sex}`)
  for (const [group, members] of groups) assert.ok(members.length >= 10, group)
  assert.ok(rows.every(row => !('birth_date' in row)))
})

test("next month's file of the same purpose joins; another purpose's shares no pseudonym", async () => {
  const first = await made({ k: 5 })
  const next = await made({ k: 5, month: '2027-01' as Month })
  const other = await made({ k: 5, purpose: 'university-2026' })
  const tokens = (rows: readonly Record<string, string>[]) => new Set(rows.map(row => row.household!))
  assert.deepEqual(tokens(next.lines), tokens(first.lines))
  assert.equal(tokens(first.lines).intersection(tokens(other.lines)).size, 0)
  assert.equal(tokens(first.lines).size, first.lines.length)
})

test('the same request gives the same bytes', async () => {
  assert.equal((await made()).sha256, (await made()).sha256)
})

const refused: { name: string; change: Partial<ExportRequest>; code: string }[] = [
  { name: 'a purpose that is no name', change: { purpose: 'Research 2026' }, code: 'purpose_not_a_name' },
  { name: 'groups too small to hide in', change: { k: 4 }, code: 'group_too_small' },
  { name: 'a fact that the catalogue has not', change: { facts: ['given_name'] }, code: 'fact_unknown' },
  {
    name: 'a programme not decided for the month',
    change: { pack: 'ma/asd', month: '2020-01' as Month },
    code: 'not_decided',
  },
]
for (const { name, change, code } of refused) {
  test(`${name} is refused, and nothing is written`, async () => {
    let text = ''
    const answer = await exportPseudonymised(databases.worker, master, { ...usual, ...change }, async piece => {
      text += piece
    })
    assert.equal(answer.ok ? 'ok' : answer.refusal.code, code)
    assert.equal(text, '')
  })
}

test('each file stands in the audit: who, for which purpose, which facts, how many, and its hash', async () => {
  const { id, sha256, lines } = await made()
  const record = await transaction(databases.worker, workerActor('test'), async tx => {
    const { rows } = await sql<{ actor: string; purpose: string; detail: Record<string, unknown> }>`
      select actor, purpose, detail from security.audit_record
      where action = 'pseudonymised.export' and subject_id = ${id}`.execute(tx)
    return rows[0]!
  })
  assert.equal(record.actor, `staff:${by.staffId}`)
  assert.equal(record.purpose, 'statistics: research-2026')
  assert.equal(record.detail.sha256, sha256)
  assert.equal(record.detail.rows, lines.length)
})

test('a large export by a member of staff takes another’s approval, of this very export, once; a command alone does not', async () => {
  const [maker, checker] = await Promise.all(
    ['Maker', 'Checker'].map(async name => {
      const id = newId<'staff'>()
      await transaction(databases.worker, workerActor('test'), async tx => {
        await registerStaff(tx, { id, name })
        await recordGrant(tx, id, { id: newId<'grant'>(), role: 'data_protection_officer' })
      })
      return (await findStaffActor(databases.app, id, 'pseudonymised.export')) ?? assert.fail()
    }),
  )
  const request: ExportRequest = { ...usual, by: maker!, most: 100 }
  const tried = async (change: Partial<ExportRequest>) => {
    const answer = await exportPseudonymised(databases.worker, master, { ...request, ...change }, async () => {})
    return answer.ok ? 'made' : 'why' in answer.refusal ? answer.refusal.why : answer.refusal.code
  }
  assert.equal(await tried({}), 'needs_second_person')
  assert.equal(await tried({ most: households }), 'made')
  assert.equal(await tried({ by: workerActor('privacy export') }), 'made')
  const proposal = newId<'Proposal'>()
  const { contentHash } = await transaction(databases.app, maker!, tx =>
    propose(tx, {
      id: proposal,
      kind: 'pseudonymised_export',
      territory: '',
      says: 'study',
      content: exportContent(request),
    }),
  )
  assert.equal(await tried({ proposal }), 'not_approved')
  const yes = { step: 'approved', contentHash, reason: '', secondFactorAt: null } as const
  const said = await transaction(databases.app, checker!, tx =>
    answerProposal(tx, checker!.staffId as Id<'staff'>, proposal, yes),
  )
  assert.ok(said.ok)
  assert.equal(await tried({ proposal, facts: ['rooms'] }), 'content_changed')
  assert.equal(await tried({ proposal }), 'made')
  assert.equal(await tried({ proposal }), 'not_approved')
})
