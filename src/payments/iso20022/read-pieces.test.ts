import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readAnswers } from './answers.ts'
import { readXmlByPieces, type XmlElement } from './read-xml.ts'
import { boundedXml, elementsNamed, usualLimits } from './xml-bounds.ts'

const pieces = (text: string, most: number) => [...readXmlByPieces(text, 'Ntry', most)]

/** The entries of a message in order, with all else that it holds. */
const entriesIn = (root: XmlElement): string[] =>
  root.children.flatMap(child => (child.name === 'Ntry' ? [child.text] : entriesIn(child)))
const restOf = (root: XmlElement): string =>
  `${root.name}(${root.children.map(child => (child.name === 'Ntry' ? '' : restOf(child))).join('')})`

const aside = fc.constantFrom('', '\n', ' ', '<!-- <Ntry> -->', '<Bal a=">"/>', '<X><![CDATA[</Ntry>]]></X>')
const entry = fc
  .tuple(fc.constantFrom('', 'c:'), fc.nat(99), fc.constantFrom('', '\n'))
  .map(([prefix, value, line]) => `<${prefix}Ntry a="/Ntry>">${line}<!-- </Ntry> -->${value}</${prefix}Ntry>`)
const statements = fc.array(fc.array(fc.tuple(entry, aside), { maxLength: 9 }), { minLength: 1, maxLength: 4 })

test('a message read by pieces says the same as one read at once, whatever stands between its entries', () => {
  fc.assert(
    fc.property(statements, fc.integer({ min: 1, max: 5 }), (list, most) => {
      const body = list.map(entries => `<Stmt><Id/>${entries.flat().join('')}</Stmt>`).join('\n')
      const text = `<?xml version="1.0"?><c:Doc xmlns:c="urn:c"><A/>${body}</c:Doc>`
      assert.ok(boundedXml(Buffer.from(text), usualLimits).ok)
      const [whole] = pieces(text, 1_000)
      const parts = pieces(text, most)
      assert.ok(whole?.ok)
      const roots = parts.map(part => (part.ok ? part.value : assert.fail(JSON.stringify(part))))
      assert.deepEqual(roots.flatMap(entriesIn), entriesIn(whole.value))
      for (const root of roots) {
        assert.equal(restOf(root), restOf(whole.value))
        assert.ok(roots.length === 1 || entriesIn(root).length <= most)
      }
    }),
  )
})

const camt = (entries: readonly string[]) =>
  `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">\n<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr>\n<Stmt><Id>1</Id>\n${entries.join('\n')}\n</Stmt></BkToCstmrStmt></Document>`
const booked = (index: number) =>
  `<Ntry><Amt Ccy="MAD">${index}.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><NtryDtls><TxDtls><Refs><EndToEndId>E${index}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>`

test('a statement of thousands of entries is read whole, in order', () => {
  const read = readAnswers(Buffer.from(camt(Array.from({ length: 4_501 }, (_, index) => booked(index)))))
  assert.ok(read.ok)
  assert.deepEqual(
    read.value.answers.map(one => `${one.endToEndId} ${one.amount?.minor}`),
    Array.from({ length: 4_501 }, (_, index) => `E${index} ${index * 100}`),
  )
  assert.deepEqual([read.value.format, read.value.messageId], ['camt.053.001.08', 'M1'])
})

test('what is wrong in one entry of thousands refuses the file, with its line', () => {
  const entries = Array.from({ length: 4_501 }, (_, index) => booked(index))
  const refusalAt = (index: number, text: string) => {
    const read = readAnswers(Buffer.from(camt(entries.with(index, text))))
    return read.ok ? 'read' : JSON.stringify(read.refusal)
  }
  // Three lines stand before the first entry.
  assert.match(refusalAt(3_000, booked(1).replace('<Sts>BOOK</Sts>', '<Sts>BOOK</Stz>')), /malformed.*"line":3004/)
  assert.match(refusalAt(4_400, booked(1).replace('1.00', 'one')), /amount_unreadable/)
  assert.match(refusalAt(2_500, booked(1).replace('</Ntry>', '')), /malformed/)
})

test('where tags do not match nothing is found: the parser says what is wrong', () => {
  assert.equal(elementsNamed('<a><Ntry></a>', 'Ntry'), undefined)
  assert.deepEqual(elementsNamed('<a><Ntry/><b:Ntry>1</b:Ntry><NtryX/></a>', 'Ntry'), [
    { from: 3, to: 10 },
    { from: 10, to: 28 },
  ])
})
