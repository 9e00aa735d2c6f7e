// bin/node26.mjs between npm and the program.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'launcher é '))
after(() => rmSync(folder, { recursive: true, force: true }))

const program = join(folder, 'waits.mjs')
writeFileSync(
  program,
  `const alive = setInterval(() => {}, 1000)
process.on('SIGTERM', () => { clearInterval(alive); console.log('told to stop') })
console.log('ready')`,
)

test('a program that npm started stops when npm and its shell are told to', async () => {
  const command = `'${process.execPath}' bin/node26.mjs '${relative(root, program)}'; true`
  const env = { ...process.env, npm_lifecycle_event: 'start' }
  const shell = spawn('sh', ['-c', command], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  for await (const text of shell.stdout.setEncoding('utf8')) {
    said += text
    if (said === 'ready\n') shell.kill('SIGTERM')
  }
  // The pipe closes only when the program itself has gone, not with the shell.
  if (shell.exitCode === null && shell.signalCode === null) await once(shell, 'exit')
  assert.equal(shell.signalCode, 'SIGTERM')
  assert.equal(said, 'ready\ntold to stop\n')
})
