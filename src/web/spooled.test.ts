import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { type Spooled, spooled } from './spooled.ts'

const left = () => readdirSync(tmpdir()).filter(name => name.startsWith('socle-coming-')).length

async function* coming(...pieces: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece)
}

async function textOf({ read }: Spooled): Promise<string> {
  const held: Uint8Array[] = []
  for await (const piece of read()) held.push(piece)
  return Buffer.concat(held).toString()
}

test('a file that came in is read from its beginning as often as asked, and is gone afterwards', async () => {
  const before = left()
  const said = await spooled(coming('ab', '', 'cé'), async file => [file.size, await textOf(file), await textOf(file)])
  assert.deepEqual(said, [5, 'abcé', 'abcé'])
  assert.deepEqual(await spooled(coming(), async file => [file.size, await textOf(file)]), [0, ''])
  assert.equal(left(), before)
})

test('who stops reading before its end may begin again', async () => {
  const long = 'x'.repeat(3 * 2 ** 20)
  const said = await spooled(coming(long), async file => {
    for await (const piece of file.read()) if (piece.length > 0) break
    return textOf(file)
  })
  assert.equal(said, long)
})

test('its SHA-256 is that of all that came', async () => {
  const said = await spooled(coming('ab', '', 'c'), async file => file.sha256)
  assert.equal(said, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

test('a file that breaks off is worked on by nobody, and is gone', async () => {
  const before = left()
  async function* broken() {
    yield Buffer.from('a')
    throw new Error('broken off')
  }
  let worked = false
  await assert.rejects(
    spooled(broken(), async () => {
      worked = true
    }),
    /broken off/,
  )
  await assert.rejects(
    spooled(coming('a'), async () => {
      throw new Error('refused')
    }),
    /refused/,
  )
  assert.deepEqual([worked, left()], [false, before])
})

test('a large file does not stand in memory', async () => {
  const piece = Buffer.alloc(2 ** 20, 'x')
  async function* large() {
    for (let count = 0; count < 300; count++) yield piece
  }
  const base = process.memoryUsage.rss()
  let most = base
  const size = await spooled(large(), async file => {
    let read = 0
    for await (const part of file.read()) {
      read += part.length
      most = Math.max(most, process.memoryUsage.rss())
    }
    return read
  })
  assert.equal(size, 300 * 2 ** 20)
  assert.ok(most - base < 120 * 2 ** 20, `${Math.round((most - base) / 2 ** 20)} MiB`)
})
