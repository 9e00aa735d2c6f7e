import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BrokenForm, readComingFile } from './multipart.ts'

async function* inPieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}
async function whole(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of bytes) pieces.push(piece)
  return Buffer.concat(pieces)
}
async function formOf(fields: Record<string, string>, file: Uint8Array, name = 'carte.pdf') {
  const form = new FormData()
  for (const [key, value] of Object.entries(fields)) form.set(key, value)
  form.set('file', new Blob([new Uint8Array(file)]), name)
  const request = new Request('http://localhost/', { method: 'POST', body: form })
  return { type: request.headers.get('content-type')!, body: Buffer.from(await request.arrayBuffer()) }
}

test('a form of the platform comes back as it was, however its bytes arrive', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 400 }),
      fc.string({ maxLength: 40 }).map(text => text.replaceAll(/[\r\n\0]/g, ' ')),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 }),
      async (file, kind, sizes) => {
        const { type, body } = await formOf({ kind }, file)
        const read = await readComingFile(type, inPieces(body, sizes))
        assert.ok(read.ok)
        assert.equal(read.value.name, 'carte.pdf')
        assert.equal(read.value.fields.kind, new TextDecoder().decode(new TextEncoder().encode(kind)))
        assert.deepEqual(await whole(read.value.bytes), Buffer.from(file))
      },
    ),
  )
})

test('a file that holds what looks like a boundary is not cut', async () => {
  const { type, body } = await formOf({}, Buffer.from('x'))
  const mark = /boundary=(.*)$/.exec(type)![1]!
  const file = Buffer.from(`\r\n--${mark.slice(0, -1)}\r\n\r\n--`)
  const again = Buffer.concat([
    body.subarray(0, body.indexOf('\r\n\r\n') + 4),
    file,
    Buffer.from(`\r\n--${mark}--\r\n`),
  ])
  const read = await readComingFile(type, inPieces(again, [7]))
  assert.ok(read.ok)
  assert.deepEqual(await whole(read.value.bytes), file)
})

const refused: readonly { name: string; type?: string; body: string }[] = [
  { name: 'nothing', body: '' },
  { name: 'no boundary in the header', type: 'multipart/form-data', body: '--b\r\n\r\n' },
  { name: 'another kind of form', type: 'application/x-www-form-urlencoded', body: 'file=x' },
  { name: 'no file', body: '--b\r\ncontent-disposition: form-data; name="kind"\r\n\r\nx\r\n--b--\r\n' },
  { name: 'a head without end', body: `--b\r\n${'x'.repeat(9000)}` },
  {
    name: 'a field without end',
    body: `--b\r\ncontent-disposition: form-data; name="kind"\r\n\r\n${'x'.repeat(9000)}`,
  },
  { name: 'something before the first boundary', body: 'x--b\r\n\r\n' },
]
for (const { name, type = 'multipart/form-data; boundary=b', body } of refused) {
  test(`no such form is refused: ${name}`, async () => {
    const read = await readComingFile(type, inPieces(Buffer.from(body), [11]))
    assert.ok(!read.ok)
  })
}

test('a file that breaks off is told to who reads it', async () => {
  const { type, body } = await formOf({}, Buffer.alloc(500))
  const read = await readComingFile(type, inPieces(body.subarray(0, 300), [50]))
  assert.ok(read.ok)
  await assert.rejects(whole(read.value.bytes), BrokenForm)
})
