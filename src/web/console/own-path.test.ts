import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownPath } from './own-path.ts'

test('after signing in, one goes on to a page of the console and nowhere else', () => {
  const kept = ['/console', '/console/search?q=alaoui&page=2', '/console/payments/ma-asd-2026-12', '/console?x=1']
  for (const path of kept) assert.equal(ownPath(path), path)
  assert.equal(ownPath('/console/search?q=سلوى'), '/console/search?q=%D8%B3%D9%84%D9%88%D9%89')
  const refused = [
    '/console/..//evil.test',
    '/console/%2e%2e/ar',
    '//evil.test',
    'https://evil.test/console',
    '/consoles',
    '/',
    '',
    null,
    '/console/\\evil',
    '/console\n/',
  ]
  for (const path of refused) assert.equal(ownPath(path), '/console', String(path))
})
