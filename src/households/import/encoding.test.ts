import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Encoding, encodingDetector, type Told } from './encoding.ts'

const decoder = new TextDecoder('windows-1256')

function told(bytes: Uint8Array, cut = bytes.length): Told {
  const detector = encodingDetector()
  detector.add(bytes.subarray(0, cut))
  detector.add(bytes.subarray(cut))
  return detector.end()
}

/** Windows-1256, which nothing here writes: its letters by their places in the code page. */
function arabicOfWindows(text: string): Uint8Array {
  const page = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte] as const))
  return Uint8Array.from([...text], letter => page.get(letter) as number)
}

const cases: { name: string; bytes: Uint8Array; encoding: Encoding }[] = [
  { name: 'plain letters are UTF-8', bytes: Buffer.from('source_id,rooms\n1,2\n'), encoding: 'utf-8' },
  { name: 'Arabic in UTF-8', bytes: Buffer.from('اسم,العلوي\n'), encoding: 'utf-8' },
  { name: 'a byte order mark of UTF-8', bytes: Buffer.from('\ufeffsource_id\n'), encoding: 'utf-8' },
  { name: 'one accent of Windows', bytes: Buffer.from('pr\u00e9nom\n', 'latin1'), encoding: 'windows-1252' },
  { name: 'a letter cut at the very end', bytes: Buffer.from('prénom').subarray(0, 3), encoding: 'windows-1252' },
  { name: 'Arabic of Windows', bytes: arabicOfWindows('id,given_name_ar\n1,فاطمة\n2,علي\n'), encoding: 'windows-1256' },
  {
    name: 'Arabic of Windows with French beside it',
    bytes: arabicOfWindows('1,Zoé Bénali,فاطمة,à côté\n2,Gaëlle,زينب,été\n'),
    encoding: 'windows-1256',
  },
  { name: 'capitals of French', bytes: Buffer.from('ÉTÉ,ÇÀ ET LÀ,NOËL\n', 'latin1'), encoding: 'windows-1252' },
  { name: 'UTF-16 as Excel writes it', bytes: Buffer.from('\ufeffa\tb', 'utf16le'), encoding: 'utf-16le' },
  { name: 'UTF-16, the other way round', bytes: Buffer.from('\ufeffa\tb', 'utf16le').swap16(), encoding: 'utf-16be' },
  { name: 'nothing at all', bytes: Buffer.alloc(0), encoding: 'utf-8' },
]
for (const { name, bytes, encoding } of cases) test(name, () => assert.equal(told(bytes).encoding, encoding))

const accents = 'Amélie, Zoé, Gaëlle, Médéric, سلوى\n'
const damages: { name: string; bytes: Uint8Array; isDamaged: boolean }[] = [
  { name: 'UTF-8', bytes: Buffer.from(accents), isDamaged: false },
  { name: 'UTF-8 that holds the sign for a lost letter', bytes: Buffer.from(`\ufffd${accents}`), isDamaged: false },
  { name: 'Windows-1252', bytes: Buffer.from('Amélie, Zoé, Çà et là, ÀÉÈ', 'latin1'), isDamaged: false },
  {
    name: 'UTF-8 with a row of Windows-1252 after it',
    bytes: Buffer.concat([Buffer.from(accents), Buffer.from('André\n', 'latin1')]),
    isDamaged: true,
  },
  {
    name: 'UTF-8 with a row of Windows-1252 before it',
    bytes: Buffer.concat([Buffer.from('André\n', 'latin1'), Buffer.from(accents)]),
    isDamaged: true,
  },
]
for (const { name, bytes, isDamaged } of damages) {
  test(`${name} is ${isDamaged ? 'damaged' : 'whole'}`, () => assert.equal(told(bytes).isDamaged, isDamaged))
}

test('where a file is cut into pieces does not matter', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat(200), (text, at) => {
      const bytes = Buffer.from(text)
      assert.deepEqual(told(bytes, Math.min(at, bytes.length)), told(bytes))
    }),
  )
})
