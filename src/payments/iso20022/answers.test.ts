import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { moneyText } from '#kernel'
import { shared, sharedMissing } from '../../../test/shared.ts'
import { type Answer, type AnswerRefusal, readAnswers } from './answers.ts'

const sample = (name: string) => readFileSync(shared(`standards/iso20022/examples-authored/${name}`))
const read = (text: string) => readAnswers(new TextEncoder().encode(text))
const brief = ({ outcome, scope, endToEndId, status, reason, amount, day }: Answer) =>
  [outcome, scope, endToEndId, status, reason, amount && `${moneyText(amount)} ${amount.currency}`, day].join(' ')

const samples: Readonly<Record<string, readonly string[]>> = {
  'pain.002.001.14-partial.xml': [
    'settled payment PAYORD-7f3a-000001 ACSC   2026-11-23',
    'settled payment PAYORD-7f3a-000002 ACSC   2026-11-23',
    'returned payment PAYORD-7f3a-000003 RJCT AC04  2026-11-23',
  ],
  'camt.053.001.12-statement.xml': [
    'settled batch  BOOK  97500 XOF 2026-11-23',
    'returned payment PAYORD-7f3a-000003 BOOK AC04 25000 XOF 2026-11-23',
  ],
  'camt.054.001.12-credit-notification.xml': ['returned payment PAYORD-7f3a-000003 BOOK AC04 25000 XOF 2026-11-23'],
}

for (const [name, answers] of Object.entries(samples)) {
  test(`the sample ${name} says what it says`, { skip: sharedMissing }, () => {
    const file = readAnswers(sample(name))
    assert.ok(file.ok)
    assert.equal(name.startsWith(file.value.format), true)
    assert.deepEqual(file.value.answers.map(brief), answers)
  })
}

const document = (message: string, body: string, version = '08') =>
  `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${message}.001.${version}">${body}</Document>`
const statement = (entries: string) =>
  `<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr><Stmt><Id>1</Id>${entries}</Stmt></BkToCstmrStmt>`
const entry = (sign: string, rest: string) =>
  `<Ntry><Amt Ccy="MAD">500.00</Amt><CdtDbtInd>${sign}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-12-01</Dt></BookgDt>${rest}</Ntry>`
const details = (rest: string) =>
  `<NtryDtls><TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs>${rest}</TxDtls></NtryDtls>`

const readings: readonly { name: string; text: string; answers: readonly string[] }[] = [
  {
    name: 'version 02 of camt.053: plain status, amount under AmtDtls',
    text: document(
      'camt.053',
      statement(entry('DBIT', details('<AmtDtls><TxAmt><Amt Ccy="MAD">12.50</Amt></TxAmt></AmtDtls>'))),
      '02',
    ),
    answers: ['settled payment E1 BOOK  12.50 MAD 2026-12-01'],
  },
  {
    name: 'version 02 of pain.002: payments beside the group, reason under StsRsn',
    text: document(
      'pain.002',
      `<pain.002.001.02><GrpHdr><MsgId>S</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>R</OrgnlMsgId></OrgnlGrpInfAndSts>
       <TxInfAndSts><OrgnlEndToEndId>E1</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><StsRsn><Cd>AC01</Cd></StsRsn></StsRsnInf></TxInfAndSts></pain.002.001.02>`,
      '02',
    ),
    answers: ['returned payment E1 RJCT AC01  '],
  },
  {
    name: 'a whole message refused',
    text: document(
      'pain.002',
      '<CstmrPmtStsRpt><GrpHdr><MsgId>S</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>R</OrgnlMsgId><GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Prtry>X9</Prtry></Rsn></StsRsnInf></OrgnlGrpInfAndSts></CstmrPmtStsRpt>',
    ),
    answers: ['returned message  RJCT X9  '],
  },
  {
    name: 'an entry that only waits',
    text: document('camt.053', statement(entry('DBIT', details('')).replace('BOOK', 'PDNG'))),
    answers: ['pending payment E1 PDNG  500.00 MAD 2026-12-01'],
  },
  {
    name: 'money that comes and is no return, and unknown elements everywhere',
    text: document('camt.053', statement(entry('CRDT', '<New><Amt>x</Amt></New>')).replace('<Stmt>', '<Novel/><Stmt>')),
    answers: ['other payment  BOOK  500.00 MAD 2026-12-01'],
  },
  {
    name: 'a return without reversal indicator, told by its return information, in an envelope',
    text: `<BizMsgEnvlp><Hdr/>${document('camt.054', `<BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>N</MsgId></GrpHdr><Ntfctn>${entry('CRDT', details('<RtrInf><Rsn><Cd>AC06</Cd></Rsn></RtrInf>'))}</Ntfctn></BkToCstmrDbtCdtNtfctn>`)}</BizMsgEnvlp>`,
    answers: ['returned payment E1 BOOK AC06 500.00 MAD 2026-12-01'],
  },
  {
    name: 'several payments of one entry each have their own amount, or none',
    text: document(
      'camt.053',
      statement(
        entry(
          'DBIT',
          `<NtryDtls><TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><Amt Ccy="MAD">200.00</Amt></TxDtls><TxDtls><Refs><EndToEndId>E2</EndToEndId></Refs></TxDtls></NtryDtls>`,
        ),
      ),
    ),
    answers: ['settled payment E1 BOOK  200.00 MAD 2026-12-01', 'settled payment E2 BOOK   2026-12-01'],
  },
]

for (const { name, text, answers } of readings) {
  test(name, () => {
    const file = read(text)
    assert.ok(file.ok, file.ok ? '' : file.refusal.code)
    assert.deepEqual(file.value.answers.map(brief), answers)
  })
}

const refused: Partial<Record<AnswerRefusal['code'], readonly string[]>> = {
  not_an_answer: [
    document('pain.001', '<CstmrCdtTrfInitn/>'),
    document('camt.053', statement(''), '01'),
    '<Document xmlns="urn:elsewhere:camt.053.001.08x"><BkToCstmrStmt/></Document>',
    document('camt.053', '<BkToCstmrDbtCdtNtfctn/>'),
    '<html/>',
  ],
  message_empty: [document('camt.053', '<BkToCstmrStmt/>')],
  amount_unreadable: [
    ...['1e5', '-500.00', '500.001', '', '5,00', 'NaN', '0x10'].map(bad =>
      document('camt.053', statement(entry('DBIT', '').replace('500.00', bad))),
    ),
    document('camt.053', statement(entry('DBIT', '').replace('MAD', 'ZZZ'))),
  ],
  malformed: [document('camt.053', statement('<Ntry>'))],
  construct_forbidden: [
    `<!DOCTYPE d [<!ENTITY a "b">]>${document('camt.053', statement(entry('DBIT', '')))}`,
    `<!DOCTYPE d SYSTEM "file:///etc/passwd">${document('camt.053', statement(''))}`,
  ],
}

for (const [code, texts] of Object.entries(refused)) {
  test(`a message is refused: ${code}`, () => {
    for (const text of texts) {
      const file = read(text)
      assert.equal(file.ok ? 'read' : file.refusal.code, code, text)
    }
  })
}

test('whatever stands in the places of a message, it is read or refused by name', () => {
  const words = fc.constantFrom(
    'DBIT',
    'CRDT',
    'BOOK',
    'PDNG',
    'E1',
    '500.00',
    '2026-13-40',
    'true',
    '',
    '<X/>',
    '&amp;',
  )
  fc.assert(
    fc.property(fc.array(words, { minLength: 6, maxLength: 6 }), ([a, b, c, d, e, f]) => {
      const file = read(
        document(
          'camt.053',
          statement(
            `<Ntry><Amt Ccy="MAD">${a}</Amt><CdtDbtInd>${b}</CdtDbtInd><RvslInd>${c}</RvslInd><Sts><Cd>${d}</Cd></Sts><BookgDt><Dt>${e}</Dt></BookgDt>${details(f!)}</Ntry>`,
          ),
        ),
      )
      if (!file.ok) assert.equal(file.refusal.code, 'amount_unreadable')
      else for (const { amount } of file.value.answers) assert.equal(typeof (amount?.minor ?? 0n), 'bigint')
    }),
  )
})
