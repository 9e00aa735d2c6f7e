import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import {
  actorFor,
  answerProposal,
  answerRole,
  carryOut,
  declareConflict,
  findProposal,
  findStaffAccess,
  giveRole,
  listProposals,
  type ProposalId,
  propose,
  proposeRole,
  type Role,
  recordGrant,
  registerStaff,
} from '#security'
import { testDatabase } from '../../../test/database.ts'

const { app, worker, owner } = await testDatabase()
const operator = workerActor('test')

async function member(name: string, role: Role, territory = ''): Promise<Id<'staff'>> {
  const id = newId<'staff'>()
  await transaction(worker, operator, async tx => {
    await registerStaff(tx, { id, name })
    await recordGrant(tx, id, { id: newId<'grant'>(), role, territory })
  })
  return id
}
const karim = await member('Karim', 'administrator')
const zineb = await member('Zineb', 'administrator')
const amina = await member('Amina', 'territory_supervisor', '07')
const salma = await member('Salma', 'desk_agent', '07')

async function as<Value>(id: Id<'staff'>, work: Parameters<typeof transaction<Value>>[2]): Promise<Value> {
  const access = (await findStaffAccess(app, id)) ?? assert.fail()
  return transaction(app, actorFor(access, 'staff.grant'), work)
}
const codeOf = (answer: { ok: true } | { ok: false; refusal: { code: string } }) =>
  answer.ok ? 'ok' : answer.refusal.code
const shown = new Date()

async function proposed(by = karim, territory = '', role: Role = 'payment_approver') {
  const id = newId<'Proposal'>()
  const grant = { id: newId<'grant'>(), role, territory }
  const answer = await as(by, tx => proposeRole(tx, by, salma, grant, { id, says: 'replaces Driss' }))
  return { id, answer, grant: grant.id }
}
async function answer(
  by: Id<'staff'>,
  id: ProposalId,
  step: 'approved' | 'refused' = 'approved',
  secondFactorAt: Date | null = shown,
) {
  return as(by, async tx => {
    const contentHash = (await findProposal(tx, id))?.contentHash ?? ''
    return answerRole(tx, by, id, { step, contentHash, reason: 'seen', secondFactorAt })
  })
}
const held = async () =>
  ((await findStaffAccess(app, salma))?.grants ?? []).filter(one => one.role === 'payment_approver').length

test('a role that approves money is not given by one person, in the program nor past it', async () => {
  const grant = { id: newId<'grant'>(), role: 'payment_approver' } as const
  assert.equal(codeOf(await as(karim, tx => giveRole(tx, karim, salma, grant))), 'needs_second_person')
  await assert.rejects(
    as(karim, tx => recordGrant(tx, salma, grant)),
    /given by two persons/,
  )
  assert.ok((await as(karim, tx => giveRole(tx, karim, salma, { id: newId(), role: 'field_agent' }))).ok)
  assert.equal(await held(), 0)
})

test('one proposes, another approves with a second factor, and the role is there, once', async () => {
  const { id, grant } = await proposed()
  assert.equal(codeOf(await answer(karim, id)), 'own_proposal')
  assert.equal(codeOf(await answer(amina, id)), 'proposal_unknown')
  assert.equal(codeOf(await answer(zineb, id, 'approved', null)), 'second_factor_missing')
  assert.equal(await held(), 0)
  const answers = await Promise.all([answer(zineb, id), answer(zineb, id), answer(zineb, id)])
  assert.deepEqual(answers.map(codeOf).sort(), ['not_waiting', 'not_waiting', 'ok'])
  assert.equal(await held(), 1)
  const access = await findStaffAccess(app, salma)
  assert.ok(access?.grants.some(one => one.id === grant))
  const { rows } = await transaction(worker, operator, tx =>
    sql<{ said: string }>`select actor_name || ' ' || action as said from security.audit_record
      where subject_id in (${id}, ${salma}) and action <> 'staff.revoke' and recorded_at >= ${shown} order by position`.execute(
      tx,
    ),
  )
  assert.deepEqual(rows.map(row => row.said).slice(-4), [
    'Karim proposal.propose',
    'Zineb proposal.approve',
    'Zineb proposal.carry_out',
    'Zineb staff.grant',
  ])
})

test('who may not give a role approves none, though the permission is held there', async () => {
  const { id, answer: asked } = await proposed(karim, '07')
  assert.ok(asked.ok)
  assert.equal(codeOf(await answer(amina, id)), 'role_not_given_by_you')
  assert.equal((await as(amina, tx => findProposal(tx, id)))?.steps.length, 0)
})

test('who receives a role does not approve it, nor does a refusal give it', async () => {
  const id = newId<'Proposal'>()
  const grant = { id: newId<'grant'>(), role: 'payment_approver' } as const
  await as(karim, tx => proposeRole(tx, karim, zineb, grant, { id, says: 'x' }))
  assert.equal(codeOf(await answer(zineb, id)), 'own_grant')
  const { id: other } = await proposed()
  const before = await held()
  assert.ok((await answer(zineb, other, 'refused')).ok)
  assert.equal(codeOf(await answer(zineb, other)), 'not_waiting')
  assert.equal(await held(), before)
})

test('the database refuses what the program would not do: own approval, another content, twice, too late', async () => {
  const { id } = await proposed()
  const say = (by: Id<'staff'>, step: string, hash?: string) =>
    as(by, tx =>
      sql`insert into security.proposal_step (proposal_id, step, content_hash, reason)
        select id, ${step}, coalesce(${hash ?? null}, content_hash), 'x' from security.proposal where id = ${id}`.execute(
        tx,
      ),
    )
  await assert.rejects(say(karim, 'approved'), /nobody decides on what they propose/)
  await assert.rejects(say(zineb, 'carried_out'), /once/)
  await assert.rejects(say(zineb, 'approved', 'f'.repeat(64)), /not what was proposed/)
  await assert.rejects(say(zineb, 'withdrawn'), /who proposed withdraws/)
  await say(zineb, 'approved')
  await assert.rejects(say(zineb, 'refused'), /decided before/)
  for (const change of [sql`update security.proposal set content = '{}'`, sql`delete from security.proposal_step`]) {
    await assert.rejects(
      transaction(owner, operator, tx => change.execute(tx)),
      /append-only/,
    )
  }
  await assert.rejects(
    transaction(worker, operator, tx =>
      sql`insert into security.proposal_step (proposal_id, step, content_hash)
        select id, 'carried_out', 'x' from security.proposal where id = ${id}`.execute(tx),
    ),
    /not what was proposed/,
  )
})

test('nothing is proposed whose hash is not its content’s', async () => {
  await assert.rejects(
    as(karim, tx =>
      sql`insert into security.proposal (id, kind, content, content_hash, territory, says)
        values (${newId()}, 'role_grant', '{"role":"auditor"}', ${'0'.repeat(64)}, '', 'x')`.execute(tx),
    ),
    /proposal_check|content_hash/,
  )
})

test('work is done once, by the one content that was approved, or not at all', async () => {
  const id = newId<'Proposal'>()
  const content = { purpose: 'research', rows: 5000 }
  const officer = await member('Officer', 'data_protection_officer')
  const other = await member('Other', 'data_protection_officer')
  const open = async <Value>(who: Id<'staff'>, work: Parameters<typeof transaction<Value>>[2]) =>
    transaction(app, actorFor((await findStaffAccess(app, who)) ?? assert.fail(), 'pseudonymised.export'), work)
  const { contentHash } = await open(officer, tx =>
    propose(tx, { id, kind: 'pseudonymised_export', content, territory: '', says: 'study' }),
  )
  const carry = (what: object = content) =>
    open(officer, tx => carryOut(tx, id, { kind: 'pseudonymised_export', content: { ...what } }, async () => 'done'))
  assert.equal(codeOf(await carry()), 'not_approved')
  const yes = { step: 'approved', contentHash, reason: '', secondFactorAt: null } as const
  assert.equal((await open(officer, tx => listProposals(tx, 'pseudonymised.export', 10))).length, 1)
  assert.ok((await open(other, tx => answerProposal(tx, other, id, yes))).ok)
  assert.equal(codeOf(await carry({ ...content, rows: 5001 })), 'content_changed')
  await assert.rejects(
    open(officer, tx =>
      carryOut(tx, id, { kind: 'pseudonymised_export', content }, () => Promise.reject(new Error('broke'))),
    ),
    /broke/,
  )
  const answers = await Promise.all([carry({ rows: 5000, purpose: 'research' }), carry(), carry()])
  assert.deepEqual(answers.map(codeOf).sort(), ['not_approved', 'not_approved', 'ok'])
})

test('who is close to somebody that it is about does not decide', async () => {
  const file = newId<'Household'>()
  const officer = await member('Officer 2', 'data_protection_officer')
  const kin = await member('Kin', 'data_protection_officer')
  await transaction(worker, operator, tx =>
    declareConflict(tx, 'operator', {
      id: newId(),
      staff: kin,
      relation: 'own',
      household: file,
      person: null,
      files: [file],
      territory: '',
    }),
  )
  const id = newId<'Proposal'>()
  const open = async <Value>(who: Id<'staff'>, work: Parameters<typeof transaction<Value>>[2]) =>
    transaction(app, actorFor((await findStaffAccess(app, who)) ?? assert.fail(), 'pseudonymised.export'), work)
  const { contentHash } = await open(officer, tx =>
    propose(tx, { id, kind: 'pseudonymised_export', content: {}, territory: '', says: 'x', files: [file] }),
  )
  const yes = { step: 'approved', contentHash, reason: '', secondFactorAt: null } as const
  assert.equal(codeOf(await open(kin, tx => answerProposal(tx, kin, id, yes))), 'too_close')
  await assert.rejects(
    open(kin, tx =>
      sql`insert into security.proposal_step (proposal_id, step, content_hash) values (${id}, 'approved', ${contentHash})`.execute(
        tx,
      ),
    ),
    /too close/,
  )
})
