import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditAsked, auditQuery } from './audit-request.ts'

const at = (query: string) => new URL(`https://socle.example/console/audit${query}`)

test('what is asked comes back as the address that asks it', () => {
  const query = '?by=Zineb+A&action=household.read&subject=h1&from=2026-11-01&to=2026-11-22&before=120'
  assert.equal(auditQuery(auditAsked(at(query))), query)
  assert.equal(auditQuery(auditAsked(at('?by=+&before=&x=1'))), '')
})

test('a day or a position that is none asks for nothing', () => {
  const nothing = { by: '', action: '', subject: '', from: undefined, to: undefined }
  for (const query of [
    '?from=2026-02-30',
    '?to=monday',
    '?before=-1',
    '?before=1;drop',
    '?before=99999999999999999999',
  ]) {
    assert.deepEqual(auditAsked(at(query)), nothing)
  }
})
