// Answers read as they come say what answers read whole say, wherever the stretches of the file end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Answer, type AnswerFile, type AnswerRefusal, readAnswerPieces, readAnswers } from '../iso20022/answers.ts'
import { readCsvAnswerPieces, readCsvAnswers } from '../providers/csv/read-csv-answers.ts'
import type { ReadsAnswerPieces } from '../providers/provider-port.ts'

type Read = { readonly ok: true; readonly value: AnswerFile } | { readonly ok: false; readonly refusal: AnswerRefusal }

async function* stretches(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!
    yield bytes.subarray(at, at + size)
    at += size
  }
}

/** Everything that comes of a file, put together. */
async function together(
  text: string,
  sizes: readonly number[],
  read: ReadsAnswerPieces = readAnswerPieces,
): Promise<Read> {
  let first: AnswerFile | undefined
  const answers: Answer[] = []
  for await (const part of read(stretches(text, sizes))) {
    if (!part.ok) return part
    first ??= part.value
    answers.push(...part.value.answers)
  }
  assert.ok(first)
  return { ok: true, value: { ...first, answers } }
}

const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 })
const aside = fc.constantFrom(
  '',
  '\n',
  ' ',
  '<!-- <Ntry> </Stmt> é -->',
  '<Bal a=">"/>',
  '<X><![CDATA[</Ntry>]]></X>',
  '<Y>ع</Y>',
)
const entry = fc.tuple(fc.nat(99), fc.constantFrom('', '\n'), fc.constantFrom('DBIT', 'CRDT')).map(
  ([n, line, sign]) =>
    `<Ntry a="/Ntry>">${line}<!-- </Ntry> --><Amt Ccy="MAD">${n}.00</Amt><CdtDbtInd>${sign}</CdtDbtInd><Sts>BOOK</Sts>
       <NtryDtls><TxDtls><Refs><EndToEndId>E${n}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>`,
)
const camt = fc.array(fc.array(fc.tuple(entry, aside), { maxLength: 9 }), { minLength: 1, maxLength: 4 }).map(
  list =>
    `<?xml version="1.0"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>
       ${list.map(entries => `<Stmt><Id>1</Id>${entries.flat().join('')}</Stmt>`).join('\n')}</BkToCstmrStmt></Document>\n`,
)
const payment = fc
  .tuple(fc.nat(99), fc.constantFrom('ACSC', 'RJCT', 'PDNG'))
  .map(([n, status]) => `<TxInfAndSts><OrgnlEndToEndId>E${n}</OrgnlEndToEndId><TxSts>${status}</TxSts></TxInfAndSts>`)
const batch = fc
  .tuple(fc.nat(9), fc.constantFrom('', 'RJCT', 'PART'), fc.array(payment, { maxLength: 6 }), aside)
  .map(
    ([n, status, payments, between]) =>
      `<OrgnlPmtInfAndSts><OrgnlPmtInfId>B${n}</OrgnlPmtInfId>${status && `<PmtInfSts>${status}</PmtInfSts>`}${between}${payments.join('\n')}</OrgnlPmtInfAndSts>`,
  )
const pain = fc
  .tuple(fc.constantFrom('', 'RJCT', 'PART'), fc.array(batch, { maxLength: 8 }), fc.array(payment, { maxLength: 3 }))
  .map(
    ([status, batches, beside]) =>
      `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>M</MsgId><CreDtTm>2026-12-29T08:00:00Z</CreDtTm></GrpHdr>
       <OrgnlGrpInfAndSts><OrgnlMsgId>RUN</OrgnlMsgId>${status && `<GrpSts>${status}</GrpSts>`}</OrgnlGrpInfAndSts>${beside.join('')}${batches.join('\n')}</CstmrPmtStsRpt></Document>`,
  )

/** In no order: a report may say payments beside its batches, which are read first where it is whole. */
const told = (read: Read) =>
  read.ok
    ? {
        ...read.value,
        answers: read.value.answers
          .map(one => JSON.stringify(one, (_, v) => (typeof v === 'bigint' ? `${v}` : v)))
          .sort(),
      }
    : read

for (const [kind, message] of [
  ['camt.053', camt],
  ['pain.002', pain],
] as const) {
  test(`${kind} that comes in stretches says the same as one that is there whole`, async () => {
    await fc.assert(
      fc.asyncProperty(message, sizes, fc.integer({ min: 1, max: 5 }), async (text, cuts, most) => {
        const read = await together(text, cuts, bytes => readAnswerPieces(bytes, most))
        assert.deepEqual(told(read), told(readAnswers(Buffer.from(text))))
      }),
      { numRuns: 200 },
    )
  })
  test(`${kind} that is cut off anywhere is refused`, async () => {
    await fc.assert(
      fc.asyncProperty(message, sizes, fc.integer({ min: 0, max: 10_000 }), async (text, cuts, end) => {
        const whole = text.trimEnd()
        const read = await together(whole.slice(0, end % whole.length), cuts, bytes => readAnswerPieces(bytes, 2))
        assert.ok(!read.ok)
      }),
    )
  })
}

const RULES = {
  separator: ';',
  decimal: '.',
  days: 'dmy',
  columns: { end_to_end_id: 'REF', status: 'ETAT', name: 'NOM' },
  settled: ['PAYE'],
  returned: ['REJETE'],
  pending: [],
} as never

test('CSV that comes in stretches says the same as CSV that is there whole', async () => {
  const cell = fc.constantFrom('Aïcha', '"a;b"', '"two\nlines"', '', 'عمر')
  const row = fc
    .tuple(fc.nat(999), fc.constantFrom('PAYE', 'REJETE', 'paye', 'PERDU'), cell)
    .map(([n, state, name]) => `E${n};${state};${name}`)
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30 }), sizes, async (rows, cuts) => {
      const text = `REF;ETAT;NOM\n${rows.map(one => `${one}\n`).join('')}`
      const read = await together(text, cuts, bytes => readCsvAnswerPieces(RULES, bytes))
      assert.deepEqual(told(read), told(readCsvAnswers(RULES, Buffer.from(text))))
    }),
  )
})

const head =
  '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>'
const one = '<Ntry><Amt Ccy="MAD">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts></Ntry>\n'
const DAMAGED: readonly [name: string, text: string, code: string, line?: number][] = [
  ['nothing', ' ', 'malformed', 1],
  ['another message', '<Document xmlns="urn:other"><X/></Document>', 'not_an_answer'],
  ['an entity', `<!DOCTYPE a [<!ENTITY b "c">]>${head}</BkToCstmrStmt></Document>`, 'construct_forbidden', 1],
  ['an instruction', `${head}<Stmt>\n<?php ?></Stmt></BkToCstmrStmt></Document>`, 'construct_forbidden', 2],
  ['another encoding', '<?xml version="1.0" encoding="latin1"?><a/>', 'encoding_not_utf8'],
  ['too deep', `${head}${'<a>\n'.repeat(40)}`, 'too_deep'],
  ['a tag without end', `${head}<a ${'x'.repeat(5000)}>`, 'tag_too_long', 1],
  [
    'tags that cross, after thousands of entries',
    `${head}<Stmt>\n${one.repeat(4_100)}<a></b></Stmt></BkToCstmrStmt></Document>`,
    'malformed',
    4_102,
  ],
  [
    'a wrong amount, after thousands of entries',
    `${head}<Stmt>${one.repeat(4_100)}${one.replace('1.00', '1,0')}</Stmt></BkToCstmrStmt></Document>`,
    'amount_unreadable',
  ],
  ['something after the end', `${head}<Stmt>${one}</Stmt></BkToCstmrStmt></Document><a/>`, 'malformed'],
]
for (const [name, text, code, line] of DAMAGED) {
  test(`refused as it comes: ${name}`, async () => {
    const read = await together(text, [997])
    assert.ok(!read.ok)
    assert.equal(read.refusal.code, code)
    if (line !== undefined) assert.equal('line' in read.refusal ? read.refusal.line : undefined, line)
  })
}

test('letters that are no UTF-8 are refused wherever they stand', async () => {
  async function* broken() {
    yield Buffer.from(`${head}<Stmt>${one}`)
    yield Buffer.from([0xc3, 0x28])
  }
  for (const read of [readAnswerPieces, (bytes: AsyncIterable<Uint8Array>) => readCsvAnswerPieces(RULES, bytes)]) {
    let last: Read | undefined
    for await (const part of read(broken())) last = part
    assert.ok(last && !last.ok)
    if (read === readAnswerPieces) assert.equal(last.refusal.code, 'encoding_not_utf8')
  }
})
