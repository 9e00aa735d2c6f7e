import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Finding } from '#kernel'
import {
  decideAddress,
  decideCertificate,
  decideCheckpoints,
  decideClock,
  decideDemonstration,
  decideDisk,
  decideMemory,
  decideMigrations,
  decideSecretFiles,
  decideStrangers,
  decideVersions,
} from './machine.ts'

const GB = 2 ** 30
const now = new Date('2026-11-22T12:00:00Z')
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000)
const disk = (freeBytes: number, bytes = 100 * GB) => decideDisk({ folder: '/data', freeBytes, bytes })
const clock = (aheadMs: number, uncertainMs = 10) => decideClock({ aheadMs, uncertainMs })
const versions = (node: string, postgres: number, embedded = false) => decideVersions({ node, postgres, embedded })
const migrations = (facts: Partial<Parameters<typeof decideMigrations>[0]>) =>
  decideMigrations({ missing: [], unknown: [], altered: [], ...facts })
const at = { host: '127.0.0.1', publicUrl: undefined, ownDatabase: false, ownSecret: false }
const kept = (day: string, state = 'holds') => ({ day, path: day, state })
const demonstration = { noted: false, people: [], forOthers: false }

/** Situation, what is found: severity and the beginning or a part of what is said. */
const cases: Record<string, Record<string, readonly [readonly Finding[], readonly RegExp[]]>> = {
  disk: {
    'room enough': [disk(50 * GB), []],
    'less than 15 %': [disk(12 * GB), [/^warning 12\.0 GB \(12 %\) are free where \/data is/]],
    'little room on a small disk': [disk(3 * GB, 10 * GB), [/^warning 3\.0 GB/]],
    'less than a gigabyte': [disk(GB / 2, 4 * GB), [/^serious 0\.5 GB/]],
    'less than 5 % of a large one': [disk(20 * GB, 1000 * GB), [/^serious 20\.0 GB \(2 %\)/]],
  },
  memory: {
    enough: [decideMemory({ bytes: 8 * GB, availableBytes: 4 * GB }), []],
    'a small machine': [decideMemory({ bytes: GB, availableBytes: GB }), [/^warning This machine has 1\.0 GB/]],
    'none left': [decideMemory({ bytes: 8 * GB, availableBytes: GB / 8 }), [/^warning Only 2 % of the memory/]],
  },
  clock: {
    'together, as far as can be told': [clock(900, 1000), []],
    'apart by seconds': [clock(-20_000), [/^warning The clocks .* 20 seconds apart/]],
    'apart by hours': [clock(7_200_000), [/^serious The clocks .* 7200 seconds apart/]],
  },
  versions: {
    'those that are tested': [versions('v26.10.0', 180_004), []],
    'another Node': [versions('v24.1.0', 180_004), [/^warning This runs on Node v24\.1\.0/]],
    'an old PostgreSQL': [versions('v26.10.0', 150_006), [/^serious The database is PostgreSQL 15/]],
    'the embedded PostgreSQL': [versions('v26.10.0', 180_004, true), [/^notice The database is the embedded/]],
  },
  migrations: {
    'in step': [migrations({}), []],
    waiting: [migrations({ missing: ['db/0001-x'] }), [/^warning 1 migrations wait: db\/0001-x/]],
    'of a later version': [migrations({ unknown: ['db/0099-y'] }), [/^serious .* later version of Socle: db\/0099-y/]],
    'altered since': [migrations({ altered: ['db/0001-x'] }), [/^serious Migrations were altered .* db\/0001-x/]],
  },
  'secret files': {
    'for their owner alone': [decideSecretFiles([{ path: '/d/key', mode: 0o100600 }]), []],
    'that others read': [
      decideSecretFiles([
        { path: '/d/key', mode: 0o100640 },
        { path: '/d/ok', mode: 0o100400 },
      ]),
      [/^serious \/d\/key can be read or changed by others than its owner \(mode 640\)/],
    ],
  },
  'data folder': {
    'with nothing strange': [decideStrangers('/d', []), []],
    'with things of others': [decideStrangers('/d', ['thesis.docx']), [/^notice \/d holds .*thesis\.docx/]],
  },
  address: {
    'this machine alone': [decideAddress(at), []],
    'behind TLS': [decideAddress({ ...at, publicUrl: 'https://social.example' }), []],
    'in the clear': [
      decideAddress({ ...at, publicUrl: 'http://social.example' }),
      [/^serious People reach Socle at http:/],
    ],
    'on the network without an address': [
      decideAddress({ ...at, host: '0.0.0.0' }),
      [/^serious Socle listens at 0\.0\.0\.0/],
    ],
    'several machines without a common secret': [decideAddress({ ...at, ownDatabase: true }), [/^notice SOCLE_SECRET/]],
  },
  certificate: {
    'of months': [decideCertificate({ host: 'h', validTo: inDays(60) }, now), []],
    'of two weeks': [decideCertificate({ host: 'h', validTo: inDays(14) }, now), [/^warning .* ends in 14 days/]],
    'of a day': [decideCertificate({ host: 'h', validTo: inDays(1) }, now), [/^serious .* ends in 1 days/]],
    'that nobody accepts': [
      decideCertificate({ host: 'h', problem: 'expired' }, now),
      [/^serious h does not answer .* expired/],
    ],
  },
  checkpoints: {
    'of today': [decideCheckpoints([kept('2026-11-22')], true, '2026-11-22'), []],
    'nothing to witness yet': [decideCheckpoints([], false, '2026-11-22'), []],
    none: [decideCheckpoints([], true, '2026-11-22'), [/^warning There is no checkpoint/]],
    'of last week': [decideCheckpoints([kept('2026-11-15')], true, '2026-11-22'), [/^warning The last .* 7 days old/]],
    'of another chain': [
      decideCheckpoints([kept('2026-11-21', 'another_chain'), kept('2026-11-22')], true, '2026-11-22'),
      [/^serious .*2026-11-21 does not witness the audit as it stands \(another_chain\)/],
    ],
    'signed by a key that was never published': [
      decideCheckpoints([kept('2026-11-22', 'unknown_key')], true, '2026-11-22'),
      [/^warning .*unknown_key/],
    ],
  },
  demonstration: {
    'on one machine': [decideDemonstration({ ...demonstration, noted: true, people: ['Amina'] }), []],
    'open to others': [
      decideDemonstration({ ...demonstration, noted: true, forOthers: true }),
      [/^serious This is a demonstration/],
    ],
    'its people in a real register': [
      decideDemonstration({ ...demonstration, people: ['Amina Finance'], forOthers: true }),
      [/^serious Members of staff of the demonstration .*Amina Finance/],
    ],
    'a real register': [decideDemonstration({ ...demonstration, forOthers: true }), []],
  },
}

for (const [what, situations] of Object.entries(cases)) {
  describe(what, () => {
    for (const [name, [findings, expected]] of Object.entries(situations)) {
      test(name, () => {
        assert.equal(findings.length, expected.length, JSON.stringify(findings))
        for (const [index, says] of expected.entries()) {
          const { severity, says: said, todo } = findings[index]!
          assert.match(`${severity} ${said}`, says)
          assert.ok(todo.length > 10)
        }
      })
    }
  })
}
