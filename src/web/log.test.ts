import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog, masked } from './log.ts'

function logged(error: unknown): string {
  const lines: string[] = []
  createLog('info', { write: line => void lines.push(line) }).error({ err: error }, 'a page failed')
  return lines.join('')
}

test('an error of the database leaves its values behind, and says its table and constraint', () => {
  const error = Object.assign(new Error('duplicate key value violates unique constraint "person_phone_key"'), {
    code: '23505',
    detail: 'Key (phone)=(+212612345678) already exists.',
    where: 'COPY person, line 4: "Fatima Benali"',
    table: 'person',
    constraint: 'person_phone_key',
    parameters: ['Fatima Benali'],
  })
  const line = logged(error)
  assert.doesNotMatch(line, /212612345678|Fatima|detail/)
  const { err } = JSON.parse(line)
  assert.deepEqual([err.code, err.table, err.constraint], ['23505', 'person', 'person_phone_key'])
  assert.match(err.stack, /log\.test\.ts/)
})

test('nor does an error inside another, or something thrown that is no error', () => {
  const cause = new SyntaxError(`Unexpected token 'F', "Fatima Ben"... is not valid JSON`)
  assert.doesNotMatch(logged(new Error('the facts of fatima@example.org', { cause })), /Fatima|fatima/)
  assert.doesNotMatch(logged({ status: 405, data: 'Fatima', name: 'Fatima' }), /Fatima/)
  assert.doesNotMatch(logged('Fatima'), /Fatima/)
})

test('a message keeps its sense and loses what it quotes', () => {
  assert.equal(masked('invalid input syntax for type uuid: "Fatima"'), 'invalid input syntax for type uuid: "…"')
  assert.equal(masked('no account 0612 34 56 78 of a.b@c.ma'), 'no account … of …@…')
  assert.equal(masked('row 12 of 3000 is refused'), 'row 12 of 3000 is refused')
})
