import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readXml } from './read-xml.ts'
import { usualLimits, type XmlRefusal } from './xml-bounds.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const small = { bytes: 1000, depth: 4, elements: 6, tag: 40 }

type Case = { readonly name: string; readonly xml: string | Uint8Array; readonly line?: number }
const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('')

const refused: Record<XmlRefusal['code'], readonly Case[]> = {
  too_large: [{ name: 'more bytes than a message has', xml: `<a>${'b'.repeat(1000)}</a>` }],
  encoding_not_utf8: [
    { name: 'bytes that are not UTF-8', xml: Uint8Array.of(60, 97, 62, 0xe9, 60, 47, 97, 62) },
    { name: 'UTF-16', xml: Uint8Array.of(0xff, 0xfe, 60, 0, 97, 0) },
    { name: 'UTF-7 by its own word', xml: '<?xml version="1.0" encoding="UTF-7"?><a>+ADw-script+AD4-</a>' },
    { name: 'Latin 1 by its own word', xml: '<?xml version="1.0" encoding="ISO-8859-1"?><a/>' },
  ],
  construct_forbidden: [
    { name: 'a billion laughs', xml: `<!DOCTYPE a [<!ENTITY l0 "ha">${laughs}]><a>&l9;</a>`.slice(0, 990) },
    { name: 'a file of the server', xml: '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', line: 1 },
    { name: 'an address to fetch', xml: '<!DOCTYPE a SYSTEM "http://evil.test/a.dtd">\n<a/>' },
    { name: 'a document type in small letters', xml: '<!doctype a>\n<a/>' },
    { name: 'a document type after the declaration', xml: '<?xml version="1.0"?>\n\n<!DOCTYPE a><a/>', line: 3 },
    { name: 'an entity inside', xml: '<a><!ENTITY x "y"></a>' },
    { name: 'a style sheet to fetch', xml: '<?xml-stylesheet href="http://evil.test"?><a/>' },
    { name: 'a second declaration', xml: '<?xml version="1.0"?><?xml version="1.0"?><a/>' },
    { name: 'XML 1.1', xml: '<?xml version="1.1"?><a/>' },
  ],
  too_deep: [{ name: 'elements in elements', xml: '<a>\n<a><a><a><a></a></a></a></a></a>', line: 2 }],
  too_many_elements: [{ name: 'empty elements without end', xml: `<a>${'<b/>'.repeat(6)}</a>` }],
  tag_too_long: [{ name: 'an attribute without end', xml: `<a b="${'c'.repeat(50)}"/>`, line: 1 }],
  malformed: [
    { name: 'nothing', xml: '' },
    { name: 'no XML', xml: 'hello' },
    { name: 'a tag that is not closed', xml: '<a>\n<b></a>', line: 2 },
    { name: 'an end too many', xml: '<a></a></b>' },
    { name: 'two roots', xml: '<a/><b/>' },
    { name: 'an entity that nobody defined', xml: '<a>&nbsp;</a>' },
    { name: 'a control character', xml: '<a>\u0001</a>' },
    { name: 'a zero byte', xml: '<a>\0</a>' },
    { name: 'a zero byte by its number', xml: '<a>&#0;</a>' },
    { name: 'an attribute twice', xml: '<a b="1" b="2"/>' },
    { name: 'a prefix that nobody bound', xml: '<x:a/>' },
    { name: 'an attribute without quotes', xml: '<a b=1/>' },
    { name: 'a comment without end', xml: '<a><!-- </a>' },
  ],
}
for (const [code, cases] of Object.entries(refused)) {
  for (const { name, xml, line } of cases) {
    test(`XML from outside is refused (${code}): ${name}`, () => {
      const read = readXml(typeof xml === 'string' ? bytes(xml) : xml, small)
      assert.ok(!read.ok)
      assert.equal(read.refusal.code, code)
      if (line !== undefined) assert.equal('line' in read.refusal && read.refusal.line, line)
    })
  }
}

test('a message is read as plain data: names, namespaces, attributes, text', () => {
  const xml = `\ufeff<?xml version="1.0" encoding="UTF-8"?>
<!-- <!DOCTYPE> in a comment is no document type --><p:Document xmlns:p="urn:iso:x"><p:Amt Ccy="MAD">1<!-- -->00.00</p:Amt>
<p:Nm>Si &amp; <![CDATA[<Fils>]]> &#233;ت</p:Nm></p:Document>`
  const read = readXml(bytes(xml))
  assert.ok(read.ok)
  const [amount, name] = read.value.children
  assert.deepEqual([read.value.name, read.value.namespace], ['Document', 'urn:iso:x'])
  assert.deepEqual([amount?.text, amount?.attributes.get('Ccy')], ['100.00', 'MAD'])
  assert.equal(name?.text, 'Si & <Fils> éت')
})

test('whatever text we write comes back exactly, and stays text', () => {
  const letters = fc.string({ unit: 'grapheme', maxLength: 50 }).filter(text => !/[\p{Cc}\ufffe\uffff]/u.test(text))
  fc.assert(
    fc.property(letters, text => {
      const read = readXml(
        bytes(`<a>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</a>`),
      )
      assert.ok(read.ok)
      assert.deepEqual([read.value.text, read.value.children], [text, []])
    }),
  )
})

test('any bytes at all are a message or a refusal, never a failure', () => {
  const pieces = fc.constantFrom(
    '<a>',
    '</a>',
    '<a b="',
    '"',
    "'",
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '?>',
    '<!',
    '&',
    ';',
    '&#x',
    'é',
    '\0',
    '<a/>',
  )
  fc.assert(
    fc.property(
      fc.array(fc.oneof(pieces, fc.string()), { maxLength: 30 }),
      parts => void readXml(bytes(parts.join(''))),
    ),
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), some => void readXml(some)))
})

test('a file of thirty thousand payments is read in seconds, and bombs in no time', () => {
  const one = '<TxInfAndSts><OrgnlEndToEndId>E1</OrgnlEndToEndId><TxSts>RJCT</TxSts></TxInfAndSts>'
  const read = readXml(bytes(`<Document xmlns="urn:x">${one.repeat(30_000)}</Document>`))
  assert.ok(read.ok && read.value.children.length === 30_000)
  const started = performance.now()
  for (const bomb of ['<a>'.repeat(1_000_000), `<a ${'b="" '.repeat(1_000_000)}/>`, '<!'.repeat(1_000_000)]) {
    assert.ok(!readXml(bytes(bomb)).ok)
  }
  assert.ok(performance.now() - started < 2_000)
  assert.equal(usualLimits.depth, 32)
})
