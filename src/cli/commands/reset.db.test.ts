import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { useCluster } from '#db'

const data = mkdtempSync(join(tmpdir(), 'socle reset é '))
after(() => rmSync(data, { recursive: true, force: true }))

function reset(...args: string[]): Promise<{ code: number; text: string }> {
  return new Promise(resolve => {
    const env = { SOCLE_DATA: data }
    const child = execFile(process.execPath, ['src/cli/main.ts', 'reset', ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr }),
    )
    child.stdin?.end()
  })
}

test('reset asks, and where it cannot ask it refuses', async () => {
  const { code, text } = await reset()
  assert.equal(code, 2)
  assert.match(text, /no terminal to ask on; say --yes/)
})

test('reset refuses while a process uses the database, then removes what is ours and nothing else', async () => {
  const cluster = await useCluster({ data, durable: false })
  const refused = await reset('--yes')
  assert.equal(refused.code, 2)
  assert.match(refused.text, /Socle is running on these data/)
  assert.ok(existsSync(cluster.home))
  await cluster.leave()

  writeFileSync(join(data, 'letter.txt'), 'somebody else put this here')
  mkdirSync(join(data, 'snapshots'))
  assert.deepEqual(await reset('--yes'), { code: 0, text: `Removed the data of ${data}.\n` })
  assert.ok(!existsSync(cluster.home))
  assert.ok(!existsSync(join(data, 'database')))
  assert.ok(!existsSync(join(data, 'snapshots')))
  assert.ok(existsSync(join(data, 'letter.txt')))
})
