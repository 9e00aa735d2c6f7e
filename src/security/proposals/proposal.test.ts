import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newId } from '#kernel'
import type { Grant } from '../permissions/access.ts'
import {
  type CarryOutRefusal,
  canonical,
  type Decider,
  type DecisionAsked,
  decideCarryingOut,
  decideProposal,
  hashOf,
  type Proposal,
  type ProposalRefusal,
  type ProposalStep,
  proposalState,
} from './proposal.ts'

const now = new Date('2026-11-22T09:00:00Z')
const later = new Date('2026-11-29T09:00:00Z')
const household = newId<'Household'>()
const content = canonical({ role: 'payment_approver' })
const proposal = (change: Partial<Proposal> = {}): Proposal => ({
  id: newId(),
  kind: 'role_grant',
  content,
  contentHash: hashOf(content),
  territory: '07',
  programme: null,
  households: null,
  amount: null,
  currency: null,
  files: [],
  says: 'absent until January',
  at: now,
  by: 'staff:maker',
  byName: 'Maker',
  expiresAt: later,
  steps: [],
  ...change,
})
const grant = (change: Partial<Grant> = {}): Grant => ({
  role: 'administrator',
  territory: '',
  programme: null,
  sensitivity: 'ordinary',
  from: new Date(0),
  until: null,
  ...change,
})
const decider = (change: Partial<Decider> = {}): Decider => ({
  actor: 'staff:checker',
  grants: [grant()],
  closed: [],
  secondFactorAt: now,
  at: now,
  ...change,
})
const yes: DecisionAsked = { step: 'approved', contentHash: hashOf(content), reason: '' }
const step = (step: ProposalStep['step']): ProposalStep => ({ step, reason: '', at: now, by: 'x', byName: 'X' })

type Case = {
  name: string
  of?: Partial<Proposal> | null
  by?: Partial<Decider>
  asked?: Partial<DecisionAsked>
  facts?: object
}
const refused: Record<ProposalRefusal['code'], readonly Case[]> = {
  proposal_unknown: [{ name: 'what is not there is not decided', of: null }],
  not_waiting: [
    { name: 'what was refused stays refused', of: { steps: [step('refused')] }, facts: { state: 'refused' } },
    {
      name: 'what was approved is not approved again',
      of: { steps: [step('approved')] },
      facts: { state: 'approved' },
    },
    { name: 'at the instant of its end its time is over', by: { at: later }, facts: { state: 'expired' } },
    { name: 'what was taken back is no more', of: { steps: [step('withdrawn')] }, facts: { state: 'withdrawn' } },
  ],
  decider_not_staff: [{ name: 'a program decides nothing', by: { actor: 'worker:night' } }],
  own_proposal: [
    { name: 'the maker is not the checker, whatever else is wrong', by: { actor: 'staff:maker', grants: [] } },
    { name: 'nor does the maker refuse', by: { actor: 'staff:maker' }, asked: { step: 'refused', reason: 'no' } },
  ],
  not_granted: [
    { name: 'a grant elsewhere does not reach', by: { grants: [grant({ territory: '12' })] } },
    { name: 'a grant below does not reach', by: { grants: [grant({ territory: '07.351' })] } },
    { name: 'a role without the permission decides nothing', by: { grants: [grant({ role: 'auditor' })] } },
    { name: 'a role that has ended decides nothing', by: { grants: [grant({ until: now })] } },
  ],
  too_close: [
    {
      name: 'own household or kin is decided by somebody else',
      of: { files: [household] },
      by: { closed: [household] },
    },
  ],
  content_changed: [
    { name: 'what was seen is what was proposed', asked: { contentHash: hashOf('{}') } },
    { name: 'and what is kept is what was hashed', of: { content: '{"role":"administrator"}' } },
  ],
  second_factor_missing: [{ name: 'a password alone gives nobody power over money', by: { secondFactorAt: null } }],
  reason_missing: [{ name: 'a refusal says why', asked: { step: 'refused', reason: ' ' } }],
  reason_too_long: [{ name: 'in a thousand characters', asked: { reason: 'x'.repeat(1001) }, facts: { most: 1000 } }],
}
for (const [code, cases] of Object.entries(refused)) {
  for (const { name, of, by, asked, facts } of cases) {
    test(`${name} (${code})`, () => {
      const decision = decideProposal(of === null ? undefined : proposal(of), decider(by), { ...yes, ...asked })
      assert.ok(!decision.ok)
      assert.partialDeepStrictEqual(decision.refusal, { code, ...facts })
    })
  }
}

test('somebody else approves, with a second factor, or refuses without one', () => {
  assert.ok(decideProposal(proposal(), decider(), yes).ok)
  const no = { ...yes, step: 'refused', reason: 'not needed' } as const
  assert.ok(decideProposal(proposal(), decider({ secondFactorAt: null }), no).ok)
})

test('whatever else holds, nobody decides on own work, in conflict, elsewhere, too late or on another content', () => {
  let yeses = 0
  fc.assert(
    fc.property(
      fc.record({
        by: fc.constantFrom('staff:a', 'staff:b', 'worker:c'),
        maker: fc.constantFrom('staff:a', 'staff:b'),
        files: fc.subarray(['1', '2', '3']),
        closed: fc.subarray(['2', '3', '4']),
        granted: fc.constantFrom('', '07', '12'),
        territory: fc.constantFrom('', '07', '07.351'),
        hash: fc.constantFrom(hashOf(content), hashOf('{}')),
        secondFactor: fc.boolean(),
        at: fc.constantFrom(now, later),
        state: fc.constantFrom(undefined, 'approved', 'refused', 'withdrawn', 'carried_out') as fc.Arbitrary<
          ProposalStep['step'] | undefined
        >,
        answer: fc.constantFrom('approved', 'refused') as fc.Arbitrary<'approved' | 'refused'>,
      }),
      ({ by, maker, files, closed, granted, territory, hash, secondFactor, at, state, answer }) => {
        const decision = decideProposal(
          proposal({ by: maker, files, territory, steps: state ? [step(state)] : [] }),
          decider({
            actor: by,
            closed,
            grants: [grant({ territory: granted })],
            secondFactorAt: secondFactor ? at : null,
            at,
          }),
          { step: answer, contentHash: hash, reason: 'because' },
        )
        const expected =
          by.startsWith('staff:') &&
          by !== maker &&
          !files.some(file => closed.includes(file)) &&
          (granted === '' || territory.startsWith(granted)) &&
          hash === hashOf(content) &&
          (secondFactor || answer === 'refused') &&
          at < later &&
          state === undefined
        yeses += Number(expected)
        assert.equal(decision.ok, expected)
      },
    ),
    { numRuns: 20_000 },
  )
  assert.ok(yeses > 50, `${yeses} are allowed: the draws say something`)
})

const undone: Record<CarryOutRefusal['code'], readonly { name: string; of: Proposal | undefined; content?: string }[]> =
  {
    proposal_unknown: [{ name: 'nothing is carried out without a proposal', of: undefined }],
    not_approved: [
      { name: 'nor while it waits', of: proposal() },
      { name: 'nor once refused', of: proposal({ steps: [step('refused')] }) },
      { name: 'nor twice', of: proposal({ steps: [step('approved'), step('carried_out')] }) },
      { name: 'nor when its time is over', of: proposal({ steps: [step('approved')], expiresAt: now }) },
    ],
    content_changed: [{ name: 'nor something else', of: proposal({ steps: [step('approved')] }), content: '{}' }],
  }
for (const [code, cases] of Object.entries(undone)) {
  for (const { name, of, content: other } of cases) {
    test(`${name} (${code})`, () => {
      const decision = decideCarryingOut(of, { kind: 'role_grant', content: other ?? content }, now)
      assert.ok(!decision.ok)
      assert.equal(decision.refusal.code, code)
    })
  }
}

test('what was approved is carried out, as the kind that it is', () => {
  const approved = proposal({ steps: [step('approved')] })
  assert.ok(decideCarryingOut(approved, { kind: 'role_grant', content }, now).ok)
  assert.equal(decideCarryingOut(approved, { kind: 'pseudonymised_export', content }, now).ok, false)
  assert.equal(proposalState(approved, now), 'approved')
})

test('one value has one text, in whatever order it is written', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), value => {
      const turned = Object.fromEntries(Object.entries(value).toReversed())
      assert.equal(canonical(turned), canonical(value))
      assert.deepEqual(JSON.parse(canonical(value)), JSON.parse(JSON.stringify(value)))
    }),
  )
})
