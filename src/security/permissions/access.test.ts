import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type AccessRefusal, type AccessTo, decideAccess, type Grant, scopeOf } from './access.ts'
import { type Permission, permissionNames, permissions, type Sensitivity } from './permission.ts'
import { type Role, roleNames, roles } from './role.ts'

const today = new Date('2026-11-22T09:00:00Z')
const before = new Date('2026-11-01T00:00:00Z')
const after = new Date('2026-12-01T00:00:00Z')
const grant = (role: Role, more: Partial<Grant> = {}): Grant => ({
  role,
  territory: '',
  programme: null,
  sensitivity: 'ordinary',
  from: before,
  until: null,
  ...more,
})
const to = (territory: string, programme: string | null = null, sensitivity: Sensitivity = 'ordinary'): AccessTo => ({
  territory,
  programme,
  sensitivity,
})

type Case = { name: string; grants: Grant[]; permission: Permission; to: AccessTo }

const allowed: Case[] = [
  {
    name: 'a grant of the country covers a commune',
    grants: [grant('desk_agent')],
    permission: 'household.read',
    to: to('07.351.01'),
  },
  {
    name: 'a grant covers its own territory, written with a dot or without',
    grants: [grant('desk_agent', { territory: '07.351' })],
    permission: 'household.read',
    to: to('07.351.'),
  },
  {
    name: 'a grant for one programme lets its runs be approved',
    grants: [grant('payment_approver', { programme: 'ma/asd' })],
    permission: 'payment_run.approve',
    to: to('', 'ma/asd'),
  },
  {
    name: 'a grant for every programme covers each',
    grants: [grant('payment_approver')],
    permission: 'payment_run.approve',
    to: to('', 'ma/asd'),
  },
  {
    name: 'the one grant that reaches decides, wherever it stands in the list',
    grants: [grant('desk_agent', { territory: '12' }), grant('desk_agent', { territory: '07', until: after })],
    permission: 'household.read',
    to: to('07.351'),
  },
  {
    name: 'a grant holds from its first instant',
    grants: [grant('desk_agent', { from: today })],
    permission: 'household.read',
    to: to('07'),
  },
]
for (const { name, grants, permission, to } of allowed) {
  test(name, () => assert.equal(decideAccess(grants, permission, to, today).ok, true))
}

const refused: Record<AccessRefusal['code'], (Case & { facts: object })[]> = {
  permission_not_granted: [
    {
      name: 'without a role nothing is allowed',
      grants: [],
      permission: 'figures.read',
      to: to('07'),
      facts: { permission: 'figures.read' },
    },
    {
      name: 'an administrator opens no file',
      grants: [grant('administrator', { sensitivity: 'sensitive' })],
      permission: 'household.read',
      to: to('07'),
      facts: {
        permission: 'household.read',
        roles: [
          'desk_agent',
          'field_agent',
          'territory_supervisor',
          'programme_manager',
          'auditor',
          'data_protection_officer',
        ],
      },
    },
    {
      name: 'who prepares runs does not approve them',
      grants: [grant('payment_preparer')],
      permission: 'payment_run.approve',
      to: to('', 'ma/asd'),
      facts: { roles: ['payment_approver'] },
    },
  ],
  grant_expired: [
    {
      name: 'at the instant of its end a grant no longer holds',
      grants: [grant('desk_agent', { until: before, from: new Date(0) }), grant('desk_agent', { until: today })],
      permission: 'household.read',
      to: to('07'),
      facts: { until: today },
    },
  ],
  grant_not_begun: [
    {
      name: 'a grant of next month waits',
      grants: [grant('desk_agent', { from: after })],
      permission: 'household.read',
      to: to('07'),
      facts: { from: after },
    },
  ],
  territory_not_granted: [
    {
      name: 'a neighbour is not granted: 07.35 does not hold 07.351',
      grants: [grant('desk_agent', { territory: '07.35' })],
      permission: 'household.read',
      to: to('07.351'),
      facts: { territory: '07.351', granted: ['07.35'] },
    },
    {
      name: 'a region does not touch the country',
      grants: [grant('territory_supervisor', { territory: '07' })],
      permission: 'audit.read',
      to: to(''),
      facts: { granted: ['07'] },
    },
  ],
  programme_not_granted: [
    {
      name: 'a grant for one programme says nothing of another',
      grants: [grant('payment_approver', { programme: 'ma/tayssir' })],
      permission: 'payment_run.approve',
      to: to('', 'ma/asd'),
      facts: { programme: 'ma/asd', granted: ['ma/tayssir'] },
    },
    {
      name: 'a household belongs to no programme: a grant for one does not open it',
      grants: [grant('programme_manager', { programme: 'ma/asd' })],
      permission: 'household.read',
      to: to('07', 'ma/asd'),
      facts: { granted: ['ma/asd'] },
    },
  ],
  sensitivity_not_granted: [
    {
      name: 'an ordinary grant does not show illness',
      grants: [grant('desk_agent')],
      permission: 'household.read',
      to: to('07', null, 'sensitive'),
      facts: { permission: 'household.read' },
    },
    {
      name: 'the whole file of a person is always sensitive',
      grants: [grant('data_protection_officer')],
      permission: 'personal_data.read',
      to: to('07'),
      facts: { permission: 'personal_data.read' },
    },
  ],
}
for (const [code, cases] of Object.entries(refused)) {
  for (const { name, grants, permission, to, facts } of cases) {
    test(`${name} (${code})`, () => {
      const decision = decideAccess(grants, permission, to, today)
      assert.ok(!decision.ok)
      assert.partialDeepStrictEqual(decision.refusal, { code, ...facts })
    })
  }
}

// Everything small enough that chance meets it often, and close enough to be confused.
const territory = fc.constantFrom('', '0', '07', '07.3', '07.35', '07.351', '07.351.01', '12')
const programme = fc.constantFrom(null, 'ma/asd', 'ma/asd-birth', 'ma/tayssir')
const sensitivity = fc.constantFrom<Sensitivity>('ordinary', 'sensitive')
const instant = fc.integer({ min: 0, max: 5 }).map(day => new Date(Date.UTC(2026, 0, 1 + day)))
const anyGrant: fc.Arbitrary<Grant> = fc.record({
  role: fc.constantFrom(...roleNames),
  territory,
  programme,
  sensitivity,
  from: instant,
  until: fc.option(instant, { nil: null }),
})
const anyGrants = fc.array(anyGrant, { maxLength: 6 })
const anyPermission = fc.constantFrom(...permissionNames)
const anyTo: fc.Arbitrary<AccessTo> = fc.record({ territory, programme, sensitivity })
const many = { numRuns: 5000 }

/** The rule in one breath, with nothing of the program: text against text, one grant at a time. */
function plainly(one: Grant, permission: Permission, asked: AccessTo, at: Date): boolean {
  const { within, shows } = permissions[permission]
  const parts = (code: string) => code.split('.').filter(part => part !== '')
  return (
    [...roles[one.role].permissions].some(each => each === permission) &&
    parts(one.territory).every((part, index) => parts(asked.territory)[index] === part) &&
    (one.programme === null || (within === 'programme' && one.programme === asked.programme)) &&
    (one.sensitivity === 'sensitive' || (asked.sensitivity === 'ordinary' && shows === 'ordinary')) &&
    at.getTime() >= one.from.getTime() &&
    (one.until === null || at.getTime() < one.until.getTime())
  )
}

test('the decision is that of an oracle that tries each grant by itself', () => {
  let yes = 0
  fc.assert(
    fc.property(anyGrants, anyPermission, anyTo, instant, (grants, permission, asked, at) => {
      const decision = decideAccess(grants, permission, asked, at)
      const expected = grants.some(one => plainly(one, permission, asked, at))
      yes += Number(expected)
      assert.equal(decision.ok, expected)
      if (decision.ok) assert.ok(plainly(decision.value, permission, asked, at))
    }),
    many,
  )
  assert.ok(yes > 30, `${yes} of ${many.numRuns} are allowed: the draws say something`)
})

test('one grant more never takes anything away, in whatever order they stand', () => {
  fc.assert(
    fc.property(anyGrants, anyGrant, anyPermission, anyTo, instant, (grants, more, permission, asked, at) => {
      if (!decideAccess(grants, permission, asked, at).ok) return
      assert.ok(decideAccess([...grants, more], permission, asked, at).ok)
      assert.ok(decideAccess([more, ...grants.toReversed()], permission, asked, at).ok)
    }),
    many,
  )
})

test('a grant made narrower in any dimension never allows more', () => {
  const narrower = fc.record({
    territory: fc.constantFrom('.3', '.351', ''),
    programme,
    sensitivity: fc.constant<Sensitivity>('ordinary'),
    until: fc.option(instant, { nil: null }),
  })
  fc.assert(
    fc.property(anyGrant, narrower, anyPermission, anyTo, instant, (wide, less, permission, asked, at) => {
      const narrow: Grant = {
        ...wide,
        territory: wide.territory === '' ? less.territory.slice(1) : wide.territory + less.territory,
        programme: wide.programme ?? less.programme,
        sensitivity: less.sensitivity,
        until: wide.until !== null && (less.until === null || less.until > wide.until) ? wide.until : less.until,
      }
      if (decideAccess([narrow], permission, asked, at).ok) assert.ok(decideAccess([wide], permission, asked, at).ok)
    }),
    many,
  )
})

test('what has ended, or has not begun, gives nothing', () => {
  fc.assert(
    fc.property(anyGrants, anyPermission, anyTo, instant, (grants, permission, asked, at) => {
      const out = grants.filter(({ from, until }) => from > at || (until !== null && until <= at))
      assert.equal(decideAccess(out, permission, asked, at).ok, false)
      assert.deepEqual(scopeOf(out, permission, at), [])
      const current = grants.filter(one => !out.includes(one))
      assert.equal(decideAccess(grants, permission, asked, at).ok, decideAccess(current, permission, asked, at).ok)
    }),
    many,
  )
})

test('the places of a permission are exactly those where it is allowed', () => {
  fc.assert(
    fc.property(anyGrants, anyPermission, anyTo, instant, (grants, permission, asked, at) => {
      const within = scopeOf(grants, permission, at).some(
        place =>
          (place.territory === '' || `${asked.territory}.`.startsWith(`${place.territory}.`)) &&
          (place.programme === null || place.programme === asked.programme),
      )
      const least = { ...asked, sensitivity: 'ordinary' } as const
      assert.equal(within, decideAccess(grants, permission, least, at).ok)
    }),
    many,
  )
})
