import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addMonths, type Month } from '#kernel'
import {
  decideEnrolment,
  ENROLMENT_CHANGES,
  ENROLMENT_STATES,
  type EnrolmentChange,
  type EnrolmentEvent,
  type EnrolmentNow,
  type EnrolmentState,
  isIn,
  stateIn,
} from '#programmes'

const may = '2026-05' as Month

/** What each change makes of each state; `-` cannot be done from there, `=` is so already. */
const leadsTo: Record<EnrolmentChange, string> = {
  //             none      applied   eligible  refused   waiting   enrolled  suspended exited
  apply: '       applied   =         -         applied   -         -         -         applied',
  find_eligible: 'eligible eligible  =         eligible  eligible  -         -         eligible',
  refuse: '      -         refused   refused   =         refused   -         -         -',
  wait: '        waiting   waiting   waiting   waiting   =         -         -         waiting',
  enrol: '       enrolled  enrolled  enrolled  enrolled  enrolled  =         -         enrolled',
  suspend: '     -         -         -         -         -         suspended =         -',
  restore: '     -         -         -         -         -         =         enrolled  -',
  recertify: '   -         -         -         -         -         enrolled  -         -',
  exit: '        -         exited    exited    -         exited    exited    exited    =',
}
const states = [null, ...ENROLMENT_STATES] as const

function standing(state: EnrolmentState | null): EnrolmentNow | undefined {
  if (state === null) return undefined
  return { state, sequence: 3, effectiveMonth: may, since: isIn(state) ? ('2026-03' as Month) : null }
}

for (const change of ENROLMENT_CHANGES) {
  const row = leadsTo[change].trim().split(/\s+/)
  states.forEach((state, column) => {
    test(`${change} from ${state ?? 'never heard of'}: ${row[column]}`, () => {
      const decided = decideEnrolment(standing(state), { change, month: may, reason: 'test' })
      const code = decided.ok ? decided.value.event.state : decided.refusal.code === 'already' ? '=' : '-'
      assert.equal(code, row[column])
      if (decided.ok) assert.equal(decided.value.event.sequence, state === null ? 1 : 4)
    })
  })
}

const inMonth: readonly {
  name: string
  asked: { change: EnrolmentChange; month: string }
  month: string
  since: string | null
}[] = [
  {
    name: 'a suspension counts from the month asked',
    asked: { change: 'suspend', month: '2026-06' },
    month: '2026-06',
    since: '2026-03',
  },
  {
    name: 'a suspension from before the enrolment counts from its first month',
    asked: { change: 'suspend', month: '2026-01' },
    month: '2026-03',
    since: '2026-03',
  },
  {
    name: 'who leaves from before the enrolment was never in',
    asked: { change: 'exit', month: '2026-01' },
    month: '2026-01',
    since: null,
  },
]
for (const { name, asked, month, since } of inMonth) {
  test(name, () => {
    const decided = decideEnrolment(standing('enrolled'), { ...asked, month: asked.month as Month, reason: 'test' })
    assert.ok(decided.ok)
    assert.deepEqual([decided.value.event.month, decided.value.now.since], [month, since])
  })
}

test('a correction of the past counts from its month on, and leaves the months before as they were', () => {
  const history = [
    { month: '2026-01', state: 'enrolled' },
    { month: '2026-05', state: 'suspended' },
    { month: '2026-03', state: 'exited' },
  ] as { month: Month; state: EnrolmentState }[]
  const found = ['2025-12', '2026-01', '2026-02', '2026-03', '2026-05', '2026-09'].map(month =>
    stateIn(history, month as Month),
  )
  assert.deepEqual(found, [null, 'enrolled', 'enrolled', 'exited', 'exited', 'exited'])
})

test('after any history the latest row says the state of its month and of all after it', () => {
  const step = fc.record({ change: fc.constantFrom(...ENROLMENT_CHANGES), month: fc.integer({ min: 0, max: 24 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), steps => {
      let now: EnrolmentNow | undefined
      const events: EnrolmentEvent[] = []
      for (const { change, month } of steps) {
        const decided = decideEnrolment(now, { change, month: addMonths(may, month - 12), reason: 'test' })
        if (!decided.ok) continue
        now = decided.value.now
        events.push(decided.value.event)
      }
      if (now === undefined) return
      for (let month = 0; month <= 36; month++) {
        const at = addMonths(now.effectiveMonth, month)
        assert.equal(stateIn(events, at), now.state)
      }
      assert.equal(now.since !== null, isIn(now.state))
      assert.deepEqual(
        events.map(({ sequence }) => sequence),
        events.map((_, index) => index + 1),
      )
    }),
    { numRuns: 500 },
  )
})
