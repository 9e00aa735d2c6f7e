import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decideAccess, type Grant } from './access.ts'
import { decideGrant, decideRevocation, type GrantRefusal } from './grant.ts'
import { permissionNames, type Sensitivity } from './permission.ts'
import { isRole, mayGive, permits, type Role, roleNames, roles } from './role.ts'

const today = new Date('2026-11-22T09:00:00Z')
const later = new Date('2026-12-31T00:00:00Z')
const grant = (role: Role, more: Partial<Grant> = {}): Grant => ({
  role,
  territory: '',
  programme: null,
  sensitivity: 'ordinary',
  from: today,
  until: null,
  ...more,
})
const me = 'me'

const given: { name: string; holds: Grant[]; gives: Grant }[] = [
  { name: 'an administrator of the country gives any role', holds: [grant('administrator')], gives: grant('auditor') },
  {
    name: 'a supervisor gives an agent a part of the own territory',
    holds: [grant('territory_supervisor', { territory: '07' })],
    gives: grant('desk_agent', { territory: '07.351' }),
  },
  {
    name: 'a role that ends gives one that ends with it',
    holds: [grant('administrator', { until: later })],
    gives: grant('desk_agent', { until: later }),
  },
]
for (const { name, holds, gives } of given) {
  test(name, () => assert.deepEqual(decideGrant({ staffId: me, grants: holds }, 'other', gives, today).ok, true))
}

const refused: Record<
  GrantRefusal['code'],
  { name: string; holds: Grant[]; to?: string; gives: Grant; facts?: object }[]
> = {
  own_grant: [
    { name: 'nobody gives oneself a role', holds: [grant('administrator')], to: me, gives: grant('desk_agent') },
  ],
  ends_before_it_begins: [
    {
      name: 'an end lies after its beginning',
      holds: [grant('administrator')],
      gives: grant('auditor', { until: today }),
    },
  ],
  role_not_given_by_you: [
    { name: 'an agent gives nothing', holds: [grant('desk_agent')], gives: grant('desk_agent') },
    {
      name: 'a supervisor makes no supervisor',
      holds: [grant('territory_supervisor')],
      gives: grant('territory_supervisor'),
      facts: { role: 'territory_supervisor' },
    },
    {
      name: 'a role that has ended gives nothing',
      holds: [grant('administrator', { from: new Date(0), until: today })],
      gives: grant('desk_agent'),
    },
  ],
  wider_than_own: [
    {
      name: 'a region gives nothing in another, nor over the country, nor deeper, nor longer',
      holds: [grant('administrator', { territory: '07', until: later })],
      gives: grant('desk_agent', { territory: '12', sensitivity: 'sensitive' }),
      facts: { dimensions: ['territory', 'sensitivity', 'time'] },
    },
    {
      name: 'two grants do not add up: one must reach as far as what is given',
      holds: [
        grant('administrator', { territory: '07', sensitivity: 'sensitive' }),
        grant('administrator', { territory: '12' }),
      ],
      gives: grant('desk_agent', { territory: '12', sensitivity: 'sensitive' }),
      facts: { dimensions: ['territory'] },
    },
    {
      name: 'one programme gives no other',
      holds: [grant('administrator', { programme: 'ma/asd' })],
      gives: grant('programme_manager', { programme: 'ma/tayssir' }),
      facts: { dimensions: ['programme'] },
    },
  ],
}
for (const [code, cases] of Object.entries(refused)) {
  for (const { name, holds, to = 'other', gives, facts = {} } of cases) {
    test(`${name} (${code})`, () => {
      const decision = decideGrant({ staffId: me, grants: holds }, to, gives, today)
      assert.ok(!decision.ok)
      assert.partialDeepStrictEqual(decision.refusal, { code, ...facts })
    })
  }
}

test('whoever could give a role may take it back, however long it was to hold; never the own one', () => {
  const holds = [grant('territory_supervisor', { territory: '07', until: later })]
  const agent = grant('desk_agent', { territory: '07.351', from: new Date(0) })
  assert.ok(decideRevocation({ staffId: me, grants: holds }, 'other', agent, today).ok)
  assert.equal(decideRevocation({ staffId: me, grants: holds }, me, agent, today).ok, false)
  const elsewhere = { ...agent, territory: '12' }
  assert.equal(decideRevocation({ staffId: me, grants: holds }, 'other', elsewhere, today).ok, false)
})

const territory = fc.constantFrom('', '0', '07', '07.35', '07.351', '12')
const programme = fc.constantFrom(null, 'ma/asd', 'ma/tayssir')
const instant = fc.integer({ min: 0, max: 5 }).map(day => new Date(Date.UTC(2026, 10, 20 + day)))
const anyGrant: fc.Arbitrary<Grant> = fc.record({
  role: fc.constantFrom(...roleNames),
  territory,
  programme,
  sensitivity: fc.constantFrom<Sensitivity>('ordinary', 'sensitive'),
  from: instant,
  until: fc.option(instant, { nil: null }),
})

test('what is given never reaches where its giver may not give: no place, programme, depth or instant', () => {
  let gifts = 0
  const givers = fc.constantFrom<Role>('administrator', 'territory_supervisor', 'desk_agent')
  const own = fc.tuple(anyGrant, givers).map(([one, role]) => ({ ...one, role }))
  const holds = fc.array(own, { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(holds, anyGrant, territory, programme, instant, (grants, gift, place, pack, at) => {
      if (!decideGrant({ staffId: me, grants }, 'other', gift, today).ok) return
      gifts++
      for (const permission of permissionNames) {
        for (const sensitivity of ['ordinary', 'sensitive'] as const) {
          const reached = decideAccess([gift], permission, { territory: place, programme: pack, sensitivity }, at)
          if (!reached.ok || at < today) continue
          const giving = grants.filter(one => mayGive(one.role, gift.role) && permits(one.role, 'staff.grant'))
          // The giver's own grant, were it of the role given, would reach there as well.
          const same = giving.map(one => ({ ...one, role: gift.role, from: new Date(0) }))
          assert.ok(decideAccess(same, permission, { territory: place, programme: pack, sensitivity }, at).ok)
        }
      }
    }),
    { numRuns: 20_000 },
  )
  assert.ok(gifts > 50, `${gifts} gifts were allowed: the draws say something`)
})

test('every role gives known roles alone, and only who may grant gives any', () => {
  for (const role of roleNames) {
    const { gives } = roles[role]
    assert.ok(gives.every(isRole), role)
    assert.equal(gives.length > 0, permits(role, 'staff.grant'), role)
  }
})

test('a supervisor gives roles that hold nothing more than the own one', () => {
  for (const role of roles.territory_supervisor.gives) {
    for (const permission of roles[role].permissions) assert.ok(permits('territory_supervisor', permission), permission)
  }
})

test('no role both prepares and approves a payment, and who hands out roles opens no file', () => {
  for (const role of roleNames) {
    assert.ok(!(permits(role, 'payment_run.prepare') && permits(role, 'payment_run.approve')), role)
  }
  const files = permissionNames.filter(name => /^(household|determination|payment|personal_data)/.test(name))
  assert.deepEqual(
    files.filter(name => permits('administrator', name)),
    [],
  )
})

test('every permission is held by some role', () => {
  assert.deepEqual(
    permissionNames.filter(name => !roleNames.some(role => permits(role, name))),
    [],
  )
})
