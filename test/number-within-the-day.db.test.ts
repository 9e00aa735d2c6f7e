// A registration that is completed has its number within the day, and nobody does anything for it: the workers as they are
// started in production, on real PostgreSQL with its queue.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { anonymous, type StaffActor, transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import {
  announcingNumbers,
  askPhoneCode,
  closePreRegistration,
  confirmPhoneCode,
  findPreRegistration,
  numbering,
  openPreRegistration,
  type PersonDetails,
  registerPerson,
  shownPhone,
} from '#population'
import { startJobs } from '../src/server.ts'
import { testDatabase } from './database.ts'

const databases = await testDatabase()
const country = openCountry('ma')
const snapshots = await mkdtemp(join(tmpdir(), 'socle-number-'))
after(() => rm(snapshots, { recursive: true, force: true }))

const DAY_MS = 24 * 3600_000
const SAID = {
  territory: '07.351',
  givenName: 'Fatima Zahra',
  familyName: 'El Amrani',
  givenNameAr: 'فاطمة الزهراء',
  familyNameAr: 'العمراني',
  sex: 'female',
  birthDate: '1987-04-05',
  birthPrecision: 'day',
} as const
const DETAILS: PersonDetails = {
  ...SAID,
  fatherName: 'Brahim',
  fatherNameAr: null,
  motherName: null,
  motherNameAr: null,
  nickname: null,
  nicknameAr: null,
  birthPlaceCode: '07.351',
  birthPlace: null,
  father: null,
  mother: null,
  nationalities: ['MA'],
  phone: '+212612345678',
  address: 'Douar Oulad Ali',
  photo: null,
  absentSince: null,
  biometricSystem: null,
  biometricReference: null,
}
const agent: StaffActor = {
  kind: 'staff',
  staffId: newId(),
  name: 'Agent',
  territories: ['07'],
  permission: 'person.register',
}

/** Said on a telephone by the person, completed by an agent who saw the documents. */
async function registered(phone: string): Promise<Id<'Person'>> {
  const asked = await transaction(databases.app, anonymous, tx =>
    askPhoneCode(tx, { purpose: 'pre_registration', asker: 'here', subject: phone, phone, person: null, isSent: true }),
  )
  assert.ok(asked.ok)
  const { challenge, code: typed } = asked.value
  const reference = await transaction(databases.app, anonymous, async tx => {
    assert.ok((await confirmPhoneCode(tx, { purpose: 'pre_registration', asker: null, challenge, typed })).ok)
    const shown = await shownPhone(tx, challenge)
    return openPreRegistration(tx, shown!, 'ma', 'fr', SAID)
  })
  const person = newId<'Person'>()
  await transaction(databases.app, agent, async tx => {
    const said = await findPreRegistration(tx, 'ma', { reference })
    await registerPerson(tx, {
      person,
      country: 'ma',
      details: DETAILS,
      documents: [],
      channel: 'desk',
      evidence: 'CNIE seen',
      language: 'fr',
      preRegistration: said!.id,
      recordedBy: 'Agent',
    })
    await closePreRegistration(tx, said!.id, { outcome: 'registered', person })
  })
  return person
}

async function standing(person: Id<'Person'>) {
  const { rows } = await transaction(databases.worker, workerActor('test'), tx =>
    sql<{ numbers: number; announced: number; messages: number }>`
      select (select count(*)::int from population.unique_number where person_id = ${person}) as numbers,
        (select count(*)::int from db.event where type = 'number_given' and key = ${person}) as announced,
        (select count(*)::int from messaging.message where kind = 'number_given' and person_id = ${person}) as messages`.execute(
      tx,
    ),
  )
  return rows[0]!
}

/** Waits in the database for the message to this person; a minute and a half is more than the tasks ever pause. */
async function written(person: Id<'Person'>): Promise<void> {
  for (let looks = 0; looks < 360; looks++) {
    if ((await standing(person)).messages > 0) return
    await transaction(databases.worker, workerActor('test'), tx => sql`select pg_sleep(0.25)`.execute(tx))
  }
  assert.fail('nobody wrote to the person')
}

test('the tasks that give numbers and tell them run again within a minute: far under a day', () => {
  const paused = numbering({ country: 'ma', length: country.uniqueNumberLength }).pauseMs + announcingNumbers.pauseMs
  assert.ok(paused <= 60_000 && paused * 1000 < DAY_MS, `${paused} ms`)
})

test('completed while the workers run, a registration has one number, announced once, and the person is written to', async () => {
  const faults: unknown[] = []
  const start = () =>
    startJobs(databases, { error: facts => void faults.push(facts) }, country, {
      snapshots,
      terms: { retriesMost: 3, coolingDays: 7, amountTimes: 10 },
      providers: new Map(),
      tasks: [],
    })
  // Two, as on two machines: one number all the same.
  const workers = [await start(), await start()]
  try {
    const person = await registered('+212611111111')
    await written(person)
    assert.deepEqual(await standing(person), { numbers: 1, announced: 1, messages: 1 })
    // Somebody else, later: by then every task has looked at the first person again.
    await written(await registered('+212622222222'))
    assert.deepEqual(await standing(person), { numbers: 1, announced: 1, messages: 1 }, 'and it is told once')
  } finally {
    await Promise.all(workers.map(worker => worker.stop()))
  }
  assert.deepEqual(faults, [])
})
