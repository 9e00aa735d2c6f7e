// Applications that networks of payment points and telephone services take for families.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type Transaction, transaction, workerActor } from '#db'
import { modelHouseholds, readHouseholdModel, registerHouseholds } from '#households'
import { type DateText, type Id, newId } from '#kernel'
import { drawWaiting, issueNumbers, numbersOf } from '#population'
import { applicationsOf, enrolmentSteps } from '#programmes'
import { readingsOf, type Service } from '#security'
import { testDatabase } from '../../../test/database.ts'
import type { PartnerApplication } from '../api/application-api.ts'
import { partnerDoor } from './partners.ts'

const { app, worker } = await testDatabase()
const country = openCountry('ma')
const asWorker = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(worker, workerActor('test'), work)
await drawWaiting(worker, { country: 'ma', length: 10, waiting: 20 })
const model = readHouseholdModel(fileURLToPath(new URL('../../../packs/ma', import.meta.url)))
const from = { country: 'ma', source: 'test', channel: 'generated', actor: 'test', modelled: true } as const
await asWorker(tx =>
  registerHouseholds(tx, { ...from, effectiveOn: '2024-01-01' as DateText, head: country.catalogue.head }, [
    ...modelHouseholds(model, { seed: 11, from: 0, to: 12 }),
  ]),
)

type Head = {
  household: Id<'Household'>
  person: Id<'Person'>
  territory: string
  sex: 'female' | 'male'
  birth: string
}
const { rows: heads } = await asWorker(tx =>
  sql<Head>`
    select distinct on (m.household_id) m.household_id as household, m.person_id as person,
      h.territory, p.sex, p.birth_date::text as birth
    from households.membership m join households.household h on h.id = m.household_id join population.person p on p.id = m.person_id
    where p.birth_date is not null and p.sex is not null order by m.household_id, p.birth_date`.execute(tx),
)
await asWorker(tx =>
  issueNumbers(
    tx,
    heads.map(({ person }) => person),
  ),
)
const numbers = new Map(
  await Promise.all(
    heads.map(async ({ person }) => [person, (await asWorker(tx => numbersOf(tx, [person])))[0]!.number] as const),
  ),
)

const network: Service = {
  id: newId<'service'>() as Service['id'],
  name: 'network',
  organisation: 'A network of payment points',
  scopes: ['enrolment.write'],
  territory: '',
  programme: 'ma/amo-tadamon',
  key: { id: newId<'service-key'>(), prefix: 'abcd1234', expiresAt: new Date(0) },
}
const application = (head: Head, change: Partial<PartnerApplication> = {}): PartnerApplication => ({
  id: newId<'Application'>(),
  programme: 'ma/amo-tadamon',
  channel: 'payment_point',
  named: { by: 'number', value: numbers.get(head.person)! },
  claimed: { birthDate: head.birth, sex: head.sex },
  ...change,
})
/** Each at a door of its own: how often one may try is tried apart. */
const apply = (asked: PartnerApplication, service = network) =>
  partnerDoor(app, country, undefined).apply(service, asked, 0)
const [two, three, ...others] = heads as [Head, Head, ...Head[]]
const taken: { readonly head: Head; readonly asked: PartnerApplication; readonly state: string }[] = []
for (const head of others) {
  const asked = application(head)
  const done = await apply(asked)
  assert.ok(done.ok)
  taken.push({ head, asked, state: done.value.state })
}

test('an application at a payment point is decided by the law and recorded with its channel; asked again it is answered as it was', async () => {
  for (const { head, asked, state } of taken) {
    assert.deepEqual(await apply(asked), { ok: true, value: { id: asked.id, state } })
    const [kept, ...more] = await asWorker(tx => applicationsOf(tx, { household: head.household }))
    assert.deepEqual(
      [kept?.id, kept?.pack, kept?.channel, kept?.state, kept?.recordedBy, more],
      [asked.id, 'ma/amo-tadamon', 'payment_point', state, `service:${network.id}`, []],
    )
    const steps = await asWorker(tx => enrolmentSteps(tx, head.household))
    assert.ok(steps.some(({ change, reason }) => change === 'apply' && reason === 'payment_point'))
  }
  assert.deepEqual([...new Set(taken.map(({ state }) => state))].toSorted(), ['applied', 'enrolled', 'refused'])
})

test('the person sees that the network asked', async () => {
  const { head } = taken[0]!
  const read = await asWorker(tx =>
    readingsOf(tx, [{ kind: 'person', id: head.person }], { territory: head.territory, limit: 10 }),
  )
  assert.ok(read.some(({ by, action }) => by === 'network' && action === 'authentication.read'))
})

const enrolled = taken.find(({ state }) => state === 'enrolled')!.head

const refusals: readonly [says: string, asked: () => PartnerApplication, code: string, service?: Service][] = [
  [
    'who is somebody else',
    () => application(two, { claimed: { birthDate: three.birth, sex: two.sex } }),
    'not_authentic',
  ],
  ['nobody', () => application(two, { named: { by: 'number', value: '1000000000' } }), 'not_authentic'],
  [
    'a family outside of the partner’s territory',
    () => application(two),
    'not_authentic',
    { ...network, territory: two.territory.startsWith('01') ? '02' : '01' },
  ],
  ['a family in already', () => application(enrolled), 'already_asked'],
  ['a family by a channel that is closed', () => application(two, { channel: 'mobile' }), 'channel_closed'],
]
for (const [says, asked, code, service] of refusals) {
  test(`refused: ${says}; nothing is recorded`, async () => {
    const before = await asWorker(tx => applicationsOf(tx, { pack: 'ma/amo-tadamon', limit: 50 }))
    const refused = await apply(asked(), service)
    assert.equal(refused.ok ? 'taken' : refused.refusal.code, code)
    assert.deepEqual(await asWorker(tx => applicationsOf(tx, { pack: 'ma/amo-tadamon', limit: 50 })), before)
  })
}

test('one person is tried a few times only, whatever is claimed', async () => {
  const door = partnerDoor(app, country, undefined)
  const codes: string[] = []
  for (let times = 0; times < 7; times++) {
    const tried = await door.apply(network, application(three, { claimed: { birthDate: `19${times}0-01-01` } }), 0)
    codes.push(tried.ok ? 'taken' : tried.refusal.code)
  }
  assert.deepEqual([codes[0], codes.at(-1)], ['not_authentic', 'too_many_tries'])
})
