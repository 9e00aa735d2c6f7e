// A file of answers as a page gives it: what is told at once, what is left to the workers, and nothing left behind.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { openCountry } from '#countries'
import { newId } from '#kernel'
import type { SignedIn } from '#security'
import { testDatabase } from '../../../test/database.ts'
import { exampleStaff } from '../../../test/example-doors.ts'
import { givenAnswersTests, report } from '../../../test/given-answers.ts'
import { codeOf } from '../../../test/payments.ts'
import { answersDoor } from './answers.ts'

const databases = await testDatabase()
const { staff, sentRun, run, standing } = await givenAnswersTests(databases)
const door = answersDoor({ ...databases, country: openCountry('ma'), ports: new Map() })

const signedIn = async (name: string, role: Parameters<typeof staff>[1]): Promise<SignedIn> => ({
  ...exampleStaff,
  ...{ id: await staff(name, role), name, secondFactor: true, secondFactorAt: '2026-11-23T08:00:00Z' },
})
const nadia = await signedIn('Nadia', 'payment_preparer')
const zineb = await signedIn('Zineb', 'desk_agent')
const driss = await signedIn('Driss', 'auditor')

async function* coming(text: string, breaks = false): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += 60_000) yield Buffer.from(text.slice(at, at + 60_000))
  if (breaks) throw new Error('broken off')
}
const give = (text: string, who = nadia, provider = 'tresor') =>
  door.giveAnswers(who, { provider, name: '../réponses "mars".xml', bytes: coming(text) })
const leftovers = () => readdirSync(tmpdir()).filter(name => name.startsWith('socle-coming-')).length

test('what can be told at once is refused at once: nothing is written down and no file stays', async () => {
  const { payments } = await sentRun(3)
  const right = report(payments)
  const before = [await standing(), leftovers()]
  const passwordAlone = { ...nadia, secondFactorAt: undefined }
  const cases: readonly [said: ReturnType<typeof give>, code: string][] = [
    [give(right, zineb), 'not_granted'],
    [give(right, driss), 'not_granted'],
    [give(right, passwordAlone), 'second_factor_required'],
    [give(''), 'file_missing'],
    [give(right, nadia, 'nobody'), 'provider_unknown'],
    [give('ref;state\n1;PAID\n'), 'malformed'],
    [give(report(payments, '<a></b>')), 'malformed'],
  ]
  for (const [said, code] of cases) assert.equal(codeOf(await said), code)
  await assert.rejects(
    door.giveAnswers(nadia, { provider: 'tresor', name: 'x', bytes: coming(right, true) }),
    /broken off/,
  )
  assert.deepEqual([await standing(), leftovers()], before)
  const page = await door.answers(nadia)
  assert.deepEqual([page?.given, page?.mayTake, page?.secondFactor], [[], true, true])
  assert.equal((await door.answers(passwordAlone))?.secondFactor, false)
})

test('a file is followed from the page to the books, by whoever sees the runs of the whole country', async () => {
  const { payments } = await sentRun(9)
  const given = await give(report(payments))
  assert.ok(given.ok, codeOf(given))
  const waits = await door.givenAnswers(driss, given.value)
  assert.deepEqual(
    [waits?.given.name, waits?.given.givenBy, waits?.given.stage, waits?.mayTake],
    ['réponses mars.xml', 'Nadia', null, false],
  )
  assert.equal(await door.givenAnswers(zineb, given.value), undefined)
  assert.equal(await door.givenAnswers(nadia, newId<'GivenAnswers'>()), undefined)
  await run(given.value)
  const page = await door.answers(nadia)
  assert.deepEqual(page?.given[0]?.figures, {
    ...{ lines: payments.length, confirmed: payments.length, returned: 0, reversed: 0, exceptions: 0 },
  })
  assert.deepEqual([page?.files[0]?.confirmed, page?.files[0]?.exceptions], [payments.length, 0])
  assert.deepEqual(
    Object.keys(page!.given[0]!).filter(name => name === 'staff' || name === 'adapter'),
    [],
  )
  assert.equal(leftovers(), 0)
})

test('a file that waits is left to the workers again or taken back, by whoever may give one', async () => {
  const { payments } = await sentRun(3)
  const given = await give(report(payments))
  assert.ok(given.ok)
  for (const who of [zineb, driss])
    assert.equal(codeOf(await door.stepAnswers(who, given.value, 'withdraw')), 'not_granted')
  const passwordAlone = { ...nadia, secondFactorAt: undefined }
  assert.equal(codeOf(await door.stepAnswers(passwordAlone, given.value, 'withdraw')), 'second_factor_required')
  assert.ok((await door.stepAnswers(nadia, given.value, 'resume')).ok)
  assert.ok((await door.stepAnswers(nadia, given.value, 'withdraw')).ok)
  assert.equal(codeOf(await door.stepAnswers(nadia, given.value, 'resume')), 'ended_already')
  assert.deepEqual((await door.givenAnswers(nadia, given.value))?.given.refusal, { code: 'withdrawn', by: 'Nadia' })
})
