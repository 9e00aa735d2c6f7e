import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ANOMALY_KINDS, type AnomalyKind, anomaliesOf, type DayOfActor, MOST_FILES } from './anomaly.ts'

const quiet: DayOfActor = {
  actor: 'staff:1',
  name: 'Zineb',
  territory: '07',
  opened: 12,
  usual: 10,
  peers: 14,
  exported: 0,
  usualExported: undefined,
  night: 0,
  emergency: 0,
  outside: 0,
  again: { kind: 'household', id: 'h1', times: 2 },
  own: [],
  failures: 1,
}

const days: Record<AnomalyKind, readonly { name: string; day: Partial<DayOfActor>; level: number | undefined }[]> = {
  own_file: [{ name: 'a file of one’s own kin', day: { own: [{ kind: 'household', id: 'h9' }] }, level: 3 }],
  emergency_access: [
    { name: 'one access by emergency', day: { emergency: 1 }, level: 1 },
    { name: 'two of them', day: { emergency: 2 }, level: 2 },
  ],
  many_files: [
    {
      name: '400 files, by somebody new among strangers',
      day: { opened: 400, usual: undefined, peers: undefined },
      level: 2,
    },
    { name: '400 files, where ten are usual', day: { opened: 400, usual: 10, peers: 12 }, level: 3 },
    { name: '48 files, where 10 and 12 are usual', day: { opened: 48, usual: 10, peers: 12 }, level: 1 },
    { name: '47 files there', day: { opened: 47, usual: 10, peers: 12 }, level: undefined },
    { name: '39 files, where one is usual', day: { opened: 39, usual: 1, peers: 1 }, level: undefined },
    { name: '150 files, as everybody that day', day: { opened: 150, usual: 20, peers: 140 }, level: undefined },
    { name: '200 files, as every day', day: { opened: 200, usual: 200, peers: 200 }, level: 1 },
    { name: '199 files, by somebody new', day: { opened: 199, usual: undefined, peers: undefined }, level: undefined },
  ],
  large_export: [
    { name: '20,000 rows, the first time', day: { exported: 20_000 }, level: 1 },
    { name: '5,000 rows, where 500 are usual', day: { exported: 5000, usualExported: 500 }, level: 2 },
    { name: '999 rows, where one is usual', day: { exported: 999, usualExported: 1 }, level: undefined },
  ],
  outside_area: [
    { name: 'five files where the clerk never works', day: { outside: 5 }, level: 1 },
    { name: 'four of them', day: { outside: 4 }, level: undefined },
    { name: 'a clerk of whom too little is known', day: { outside: undefined }, level: undefined },
  ],
  night_work: [
    { name: 'five files after ten at night', day: { night: 5 }, level: 1 },
    { name: 'four of them', day: { night: 4 }, level: undefined },
  ],
  same_file: [
    { name: 'one file opened eight times', day: { again: { kind: 'household', id: 'h1', times: 8 } }, level: 1 },
    { name: 'seven times', day: { again: { kind: 'household', id: 'h1', times: 7 } }, level: undefined },
    { name: 'no file at all', day: { again: undefined }, level: undefined },
  ],
  sign_in_failures: [
    { name: 'ten failures to sign in', day: { failures: 10 }, level: 1 },
    { name: 'nine', day: { failures: 9 }, level: undefined },
  ],
}
for (const kind of ANOMALY_KINDS) {
  for (const { name, day, level } of days[kind]) {
    test(`${name}: ${level ? `${kind}, level ${level}` : 'nothing'}`, () => {
      const found = anomaliesOf({ ...quiet, ...day })
      assert.deepEqual(
        found.map(one => [one.kind, one.level]),
        level ? [[kind, level]] : [],
      )
      for (const { facts } of found) for (const value of Object.values(facts)) assert.ok(Number.isInteger(value))
    })
  }
}

test('an ordinary day has nothing', () => assert.deepEqual(anomaliesOf(quiet), []))

test('one file more never makes a day less unusual, and 200 stand out for anybody', () => {
  const usual = fc.option(fc.nat(300), { nil: undefined })
  fc.assert(
    fc.property(fc.nat(1000), usual, usual, (opened, own, peers) => {
      const level = (count: number) =>
        anomaliesOf({ ...quiet, opened: count, usual: own, peers }).find(({ kind }) => kind === 'many_files')?.level ??
        0
      assert.ok(level(opened + 1) >= level(opened))
      if (opened >= MOST_FILES) assert.ok(level(opened) > 0)
    }),
  )
})
