import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type Transaction, transaction, workerActor } from '#db'
import { ImportStopped, importHouseholds, openTable } from '#households'
import { type DateText, type Id, newId } from '#kernel'
import { drawWaiting, issueAlias, issueNumbers, numbersOf, revokeAlias, withdrawNumber } from '#population'
import { testDatabase } from '../../../test/database.ts'

const { worker } = await testDatabase()
const asWorker = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(worker, workerActor('test'), work)
const folder = mkdtempSync(join(tmpdir(), 'socle import named '))
after(() => rmSync(folder, { recursive: true }))
const country = openCountry('ma')
const territory = country.territories.all.find(({ level }) => level === country.territories.all.at(-1)?.level)!.code

/** Somebody whom an office registered, with names in Arabic, and who belongs to no household. */
async function person(): Promise<{ readonly id: Id<'Person'>; readonly number: string }> {
  const id = newId<'Person'>()
  await drawWaiting(worker, { country: 'ma', length: country.uniqueNumberLength, waiting: 5 })
  return asWorker(async tx => {
    await sql`
      insert into population.person (id, country, territory, given_name, family_name, given_name_ar, family_name_ar, name_key,
        sex, birth_date, birth_precision, source, modelled, recorded_by)
      values (${id}, 'ma', ${territory}, 'Fatima', 'El Idrissi', 'فاطمة', 'الإدريسي', 'fatima el idrissi f6mh aladrysy', 'female',
        '1984-03-05', 'day', 'office', false, 'test')`.execute(tx)
    assert.equal(await issueNumbers(tx, [id]), 1)
    return { id, number: (await numbersOf(tx, [id]))[0]!.number }
  })
}

type Line = {
  readonly household: string
  readonly member?: string
  readonly number?: string
  readonly alias?: string
  readonly given?: string
  readonly family?: string
  readonly birth?: string
  readonly sex?: string
}

/** A file of households of one member each, or the members of one. Answers the refusals of members and how it ended. */
async function bringIn(
  lines: readonly Line[],
  options: { readonly source?: string; readonly stopAt?: 'register' } = {},
) {
  const [h, m] = [join(folder, `${newId()}-h.csv`), join(folder, `${newId()}-m.csv`)]
  const households = [...new Set(lines.map(({ household }) => household))]
  writeFileSync(h, ['source_id,territory', ...households.map(id => `${id},${territory}`), ''].join('\n'))
  const header = 'household_source_id,source_id,unique_number,alias,given_name,family_name,birth_date,sex,relation'
  const rows = lines.map((line, at) =>
    [
      ...[line.household, line.member ?? '1', line.number ?? '', line.alias ?? '', line.given ?? 'Fatima'],
      ...[line.family ?? 'El Idrissi', line.birth ?? '1984-03-05', line.sex ?? 'female'],
      lines.findIndex(({ household }) => household === line.household) === at ? 'head' : 'child',
    ].join(','),
  )
  writeFileSync(m, [header, ...rows, ''].join('\n'))
  const asked = {
    country,
    households: await openTable(h),
    members: await openTable(m),
    source: options.source ?? 'rsu',
    effectiveOn: '2026-01-01' as DateText,
    askedBy: 'test',
    dryRun: false,
  }
  const run = async (stopAt: string | undefined) => {
    const refused: string[] = []
    const stop = new AbortController()
    const result = await importHouseholds(worker, asked, {
      onRead: () => {},
      onRegistered: () => {},
      onPhase: phase => {
        if (phase === stopAt) stop.abort()
      },
      onResume: () => {},
      onReject: async ({ file, row, column, accepted }) => {
        if (file === 'members') refused.push(`row ${row}, ${column}: ${accepted}`)
      },
      signal: stop.signal,
    })
    assert.ok(result.ok)
    return { refused, registered: result.value.registered, changed: result.value.changed }
  }
  return { run, first: await run(options.stopAt).catch(error => error as Error) }
}

async function bringWhole(lines: readonly Line[], source?: string) {
  const { first } = await bringIn(lines, source === undefined ? {} : { source })
  if (first instanceof Error) throw first
  return first
}

const belongs = (household: string, source = 'rsu') =>
  asWorker(async tx => {
    const { rows } = await sql<{ id: string }>`
      select person_id as id from households.membership join households.household on household.id = household_id
      where (source, household.source_id) = (${source}, ${household}) and valid_to is null order by membership.source_id`.execute(
      tx,
    )
    return rows.map(({ id }) => id)
  })

test('a row that says the number or an alias of somebody is that person, whose state in the register stays', async () => {
  const [one, other, both] = [await person(), await person(), await person()]
  const [alias, second] = await asWorker(async tx => [
    await issueAlias(tx, other.id, { expiresAt: null }),
    await issueAlias(tx, both.id, { expiresAt: null }),
  ])
  assert.ok(alias!.ok && second!.ok)
  const spaced = one.number.replace(/(\d{4})(?=\d)/g, '$1 ')
  const lines = [
    { household: 'n1', number: spaced, given: 'Fatma', birth: '1984-03-05' },
    { household: 'n2', alias: alias.value, family: 'Idrissi', birth: '1984-03-06' },
    { household: 'n3', number: both.number, alias: second.value },
    { household: 'n4', given: 'Nobody', family: 'Known' },
  ]
  assert.deepEqual(await bringWhole(lines), { refused: [], registered: 4, changed: 0 })
  assert.deepEqual(await belongs('n1'), [one.id])
  assert.deepEqual(await belongs('n2'), [other.id])
  assert.deepEqual(await belongs('n3'), [both.id])
  const { rows } = await asWorker(tx =>
    sql<{ given: string; ar: string; source: string }>`
      select given_name as given, given_name_ar as ar, source from population.person where id = ${one.id}`.execute(tx),
  )
  assert.deepEqual(rows, [{ given: 'Fatima', ar: 'فاطمة', source: 'office' }])
  assert.deepEqual(await bringWhole(lines.map(line => ({ ...line, sex: 'female' }))), {
    refused: [],
    registered: 0,
    changed: 0,
  })
  assert.deepEqual(await bringWhole([{ ...lines[0]!, given: 'Fatima' }]), { refused: [], registered: 0, changed: 1 })
  assert.deepEqual(await belongs('n1'), [one.id])
})

const digitsOff = (number: string) => `${number.slice(0, -1)}${(Number(number.at(-1)) + 1) % 10}`

const cases: readonly {
  readonly name: string
  readonly lines: () => Promise<readonly Line[]>
  readonly refused: readonly string[]
}[] = [
  {
    name: 'a check digit that is wrong',
    lines: async () => [{ household: 'c1', number: digitsOff((await person()).number) }],
    refused: [
      'row 2, unique_number: 10 digits as they were issued, the last of which checks the others; spaces and dashes allowed',
    ],
  },
  {
    name: 'a number that waits for somebody',
    lines: async () => {
      await drawWaiting(worker, { country: 'ma', length: country.uniqueNumberLength, waiting: 5 })
      const { rows } = await asWorker(tx =>
        sql<{ number: string }>`
          select number from population.unique_number where person_id is null limit 1`.execute(tx),
      )
      return [{ household: 'c2', number: rows[0]!.number }]
    },
    refused: ['row 2, unique_number: a unique number that somebody holds'],
  },
  {
    name: 'a number that was withdrawn',
    lines: async () => {
      const { id, number } = await person()
      await asWorker(tx => withdrawNumber(tx, id, 'lost'))
      return [{ household: 'c3', number }]
    },
    refused: ['row 2, unique_number: a unique number that holds: this one was withdrawn'],
  },
  {
    name: 'an alias that was revoked',
    lines: async () => {
      const { id } = await person()
      const alias = await asWorker(tx => issueAlias(tx, id, { expiresAt: null }))
      assert.ok(alias.ok)
      await asWorker(tx => revokeAlias(tx, 'ma', alias.value, 'lost'))
      return [{ household: 'c4', alias: alias.value }]
    },
    refused: ['row 2, alias: an alias that holds: this one was revoked, or its time is over'],
  },
  {
    name: 'the number of one and the alias of another',
    lines: async () => {
      const [one, other] = [await person(), await person()]
      const alias = await asWorker(tx => issueAlias(tx, other.id, { expiresAt: null }))
      assert.ok(alias.ok)
      return [{ household: 'c5', number: one.number, alias: alias.value }]
    },
    refused: ['row 2, unique_number: a unique number and an alias of one person'],
  },
  {
    name: 'two rows of one number',
    lines: async () => {
      const { number } = await person()
      return [
        { household: 'c6', number },
        { household: 'c7', number },
      ]
    },
    refused: ['row 3, unique_number: a person of its own: row 2 names the same'],
  },
  {
    name: 'another name and another day of birth',
    lines: async () => [
      { household: 'c8', number: (await person()).number, given: 'Omar', family: 'Tazi', birth: '1991-07-02' },
    ],
    refused: [
      'row 2, unique_number: the number of this person: two of name, day of birth and sex are otherwise in the register',
    ],
  },
  {
    name: 'another sex and another day of birth',
    lines: async () => [{ household: 'c9', number: (await person()).number, sex: 'male', birth: '1991-07-02' }],
    refused: [
      'row 2, unique_number: the number of this person: two of name, day of birth and sex are otherwise in the register',
    ],
  },
  {
    name: 'somebody who has died',
    lines: async () => {
      const { id, number } = await person()
      await asWorker(tx =>
        sql`insert into population.death (person_id, died_on, recorded_by) values (${id}, '2025-01-01', 'test')`.execute(
          tx,
        ),
      )
      return [{ household: 'c10', number }]
    },
    refused: ['row 2, unique_number: somebody who is alive: the death of this person is recorded'],
  },
  {
    name: 'somebody who belongs to a household of another source',
    lines: async () => {
      const { number } = await person()
      await bringWhole([{ household: 'far', number }], 'survey')
      return [{ household: 'c11', number }]
    },
    refused: ['row 2, unique_number: somebody who belongs to no other household: an event moves people'],
  },
  {
    name: 'a member registered before who was another',
    lines: async () => {
      await bringWhole([{ household: 'c12' }])
      return [{ household: 'c12', number: (await person()).number }]
    },
    refused: ['row 2, unique_number: the person registered before under this source_id: the number is that of another'],
  },
]

for (const { name, lines, refused } of cases) {
  test(`refused with its row and the reason, and its household stays out: ${name}`, async () => {
    const said = await lines()
    const whole = { household: `whole ${newId()}`, given: 'Salma' }
    const told = await bringWhole([...said, whole])
    assert.deepEqual(told.refused, refused)
    // The household without a mistake goes in, and where two rows name one person the first does.
    assert.equal(told.registered, 1 + said.length - refused.length)
  })
}

test('who has come to belong elsewhere since the file was checked is refused when the same call goes on', async () => {
  const { id, number } = await person()
  const { run, first } = await bringIn(
    [
      { household: 'late', number },
      { household: 'other', given: 'Salma' },
    ],
    {
      stopAt: 'register',
    },
  )
  assert.ok(first instanceof ImportStopped, String(first))
  await bringWhole([{ household: 'elsewhere', number }], 'survey')
  const again = await run(undefined)
  assert.deepEqual(again, {
    refused: ['row 2, unique_number: somebody who belongs to no other household: an event moves people'],
    registered: 1,
    changed: 0,
  })
  assert.deepEqual(await belongs('late'), [])
  assert.deepEqual(await belongs('elsewhere', 'survey'), [id])
})
