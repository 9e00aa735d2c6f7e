import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { writableFolder } from '../../../test/chromium.ts'
import { textOfPdf } from '../../../test/pdf.ts'
import { openPrinter } from './printer.ts'

const failed: unknown[] = []
const onError = (error: unknown) => void failed.push(error)

test('a page becomes a PDF whose text can be read, and what it asks of a network or runs comes to nothing', async t => {
  let asked = 0
  const server = createServer((_, answer) => {
    asked++
    answer.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const printer = openPrinter({ folder: await writableFolder(), onError })
  const printed = await printer.print(`<!doctype html><html lang="fr"><head><title>Essai</title>
    <link rel="stylesheet" href="${address}/style.css"></head>
    <body><p id="said">Ménages atteints : 1 234</p><img alt="" src="${address}/image.png">
    <iframe src="file:///etc/hostname"></iframe><script>document.body.innerHTML = 'run'</script></body></html>`)
  await printer.close()
  assert.ok(printed.ok)
  assert.equal(Buffer.from(printed.value.subarray(0, 5)).toString(), '%PDF-')
  assert.equal(textOfPdf(printed.value).trim(), 'Ménages atteints : 1 234')
  assert.equal(asked, 0)
  assert.deepEqual(failed, [])
})

test('where no browser can be unpacked, too much is asked or too many ask, the refusal says which', async () => {
  const broken = openPrinter({ folder: '/dev/null/nowhere', onError })
  const all = await Promise.all(Array.from({ length: 5 }, () => broken.print('<p>a</p>')))
  const codes = all.map(each => (each.ok ? 'printed' : each.refusal.code))
  assert.deepEqual(codes, [...Array(4).fill('printer_missing'), 'printer_busy'])
  assert.deepEqual(await broken.print(' '.repeat(4_000_001)), { ok: false, refusal: { code: 'print_too_large' } })
  assert.equal(failed.length, 4)
})
