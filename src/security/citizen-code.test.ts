import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decideCodeRequest } from './citizen-code.ts'

const nothing = { ofPhone: [], ofClient: [], sentLastHour: 0 }
const day = 24 * 3600
const many = (count: number, age: number) => Array.from({ length: count }, () => age)

const cases: readonly [says: string, history: Partial<typeof nothing> | object, wait: number | 'busy'][] = [
  ['the first code of a telephone comes at once', {}, 0],
  ['the second waits a minute', { ofPhone: [20] }, 40],
  ['and comes after it', { ofPhone: [60] }, 0],
  ['the third waits five', { ofPhone: [100, 200] }, 200],
  ['the fifth waits two hours', { ofPhone: [3600, 5400, 6000, 7000] }, 3600],
  ['the sixth waits until the first is a day old', { ofPhone: [8000, 9000, 10000, 20000, 80000] }, day - 80000],
  ['yesterday’s are forgotten', { ofPhone: many(9, day) }, 0],
  ['a network asks twenty times an hour', { ofClient: many(20, 600) }, 3000],
  ['and sixty times a day', { ofClient: many(60, 7200) }, day - 7200],
  ['nineteen are not too many', { ofClient: many(19, 1) }, 0],
  ['the installation sends no more than its hour allows', { sentLastHour: 2000 }, 'busy'],
  ['who asks too soon is told so first', { sentLastHour: 2000, ofPhone: [0] }, 60],
]
for (const [says, history, wait] of cases) {
  test(says, () => {
    const decided = decideCodeRequest({ ...nothing, ...history })
    if (wait === 0) assert.ok(decided.ok)
    else if (wait === 'busy') assert.deepEqual(decided, { ok: false, refusal: { code: 'code_busy' } })
    else assert.deepEqual(decided, { ok: false, refusal: { code: 'code_wait', seconds: wait } })
  })
}

test('whoever asks whenever it is allowed gets five codes in a day, and no more', () => {
  const asked: number[] = []
  for (let now = 0; now < day; now += 30) {
    if (decideCodeRequest({ ...nothing, ofPhone: asked.map(at => now - at) }).ok) asked.push(now)
  }
  assert.equal(asked.length, 5)
})

test('waiting as long as is said is enough, whatever was asked before', () => {
  const ages = fc.array(fc.nat(2 * day), { maxLength: 80 })
  fc.assert(
    fc.property(ages, ages, (ofPhone, ofClient) => {
      const decided = decideCodeRequest({ ofPhone, ofClient, sentLastHour: 0 })
      if (decided.ok || decided.refusal.code !== 'code_wait') return
      const { seconds } = decided.refusal
      assert.ok(seconds >= 1)
      const later = { ofPhone: ofPhone.map(age => age + seconds), ofClient: ofClient.map(age => age + seconds) }
      const again = decideCodeRequest({ ...later, sentLastHour: 0 })
      // The telephone and the network may each have a wait of their own, one behind the other.
      assert.ok(again.ok || (again.refusal.code === 'code_wait' && again.refusal.seconds < day))
    }),
  )
})
