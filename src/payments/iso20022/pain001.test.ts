import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { type Currency, type DateText, type Money, money } from '#kernel'
import { shared, sharedMissing } from '../../../test/shared.ts'
import { type CreditTransfer, type CreditTransferFile, type Pain001Version, writePain001 } from './pain001.ts'

const transfers: readonly CreditTransfer[] = [
  {
    endToEndId: '7K3F9Q2M4A-00000001',
    amount: 50000n,
    creditor: 'Aïcha N’Diaye & fils <1>',
    account: { kind: 'bank', iban: 'MA64011519000001205000534921' },
    remittance: 'ma/asd 2026-12',
  },
  {
    endToEndId: '7K3F9Q2M4A-00000002',
    amount: 30005n,
    creditor: 'Mohamed El Amrani',
    account: { kind: 'mobile', msisdn: '+212600000001' },
    remittance: 'ma/asd 2026-12',
  },
  {
    endToEndId: '7K3F9Q2M4A-00000003',
    amount: 1n,
    creditor: 'Brahim',
    account: { kind: 'cash', reference: '0199c0de000070008000000000000001' },
    remittance: 'ma/asd 2026-12',
  },
]

function fileOf(currency: Currency, change: Partial<CreditTransferFile> = {}, total?: Money): CreditTransferFile {
  const [bank, ...others] = transfers as [CreditTransfer, CreditTransfer, CreditTransfer]
  const agent = { bic: 'AAAAMAMCXXX', name: 'Trésorerie' }
  const group = { executionDate: '2026-12-28' as DateText, debtor: 'Agence nationale du soutien social' }
  return {
    messageId: '7K3F9Q2M4A',
    createdAt: '2026-12-20T08:00:00Z',
    initiator: 'Agence nationale du soutien social',
    count: 3,
    total: money(80006n, currency),
    groups: [
      {
        ...group,
        id: '7K3F9Q2M4A-tresor',
        debtorAccount: 'MA64011519000001205000534921',
        agent,
        count: 1,
        total: money(50000n, currency),
        transfers: [[bank]],
      },
      {
        ...group,
        id: '7K3F9Q2M4A-cash',
        debtorAccount: '310-8100-55',
        agent: { bic: null, name: 'Réseau de points de paiement' },
        count: 2,
        total: total ?? money(30006n, currency),
        transfers: others.map(one => [one]),
      },
    ],
    ...change,
  }
}

async function written(version: Pain001Version, file: CreditTransferFile): Promise<string> {
  let text = ''
  for await (const piece of writePain001(version, file)) text += piece
  return text
}

for (const version of ['03', '12'] as const) {
  test(`pain.001.001.${version} is valid against its schema`, { skip: sharedMissing }, async () => {
    const schema = XmlDocument.fromBuffer(readFileSync(shared(`standards/iso20022/xsd/pain.001.001.${version}.xsd`)))
    const validator = XsdValidator.fromDoc(schema)
    const good = XmlDocument.fromString(await written(version, fileOf('MAD')))
    validator.validate(good)
    const bad = XmlDocument.fromString((await written(version, fileOf('MAD'))).replace('<PmtMtd>TRF', '<PmtMtd>XXX'))
    assert.throws(() => validator.validate(bad), 'the schema is really read')
    for (const one of [good, bad, validator, schema]) one.dispose()
  })
}

test('amounts carry the places of their currency, and the control sum is theirs', async () => {
  const dirhams = await written('03', fileOf('MAD'))
  assert.match(dirhams, /<NbOfTxs>3<\/NbOfTxs><CtrlSum>800\.06<\/CtrlSum><InitgPty>/)
  assert.match(dirhams, /<InstdAmt Ccy="MAD">300\.05<\/InstdAmt>/)
  const francs = await written('03', fileOf('XOF'))
  assert.match(francs, /<CtrlSum>80006<\/CtrlSum><InitgPty>/)
  assert.match(francs, /<InstdAmt Ccy="XOF">30005<\/InstdAmt>/)
})

test('names lose their accents and never break the file', async () => {
  assert.match(await written('03', fileOf('MAD')), /<Nm>Aicha N'Diaye \+ fils \.1\.<\/Nm>/)
})

test('a wallet is an account of its own scheme in .03 and a proxy in .12', async () => {
  assert.match(await written('03', fileOf('MAD')), /<Othr><Id>\+212600000001<\/Id><SchmeNm><Prtry>MSISDN</)
  assert.match(await written('12', fileOf('MAD')), /<Prxy><Tp><Prtry>MSISDN<\/Prtry><\/Tp><Id>\+212600000001</)
})

test('the same run gives the same bytes', async () => {
  assert.equal(await written('03', fileOf('MAD')), await written('03', fileOf('MAD')))
})

test('a file that does not add up is never finished', async () => {
  for (const wrong of [fileOf('MAD', { count: 4 }), fileOf('MAD', {}, money(30007n, 'MAD'))]) {
    let text = ''
    await assert.rejects(async () => {
      for await (const piece of writePain001('03', wrong)) text += piece
    }, /announced/)
    assert.doesNotMatch(text, /<\/Document>/)
  }
})

test('an identifier that a bank would change, or a name without a Latin letter, stops the file', async () => {
  await assert.rejects(written('03', fileOf('MAD', { messageId: 'x'.repeat(36) })), /not an ISO 20022 identifier/)
  await assert.rejects(written('03', fileOf('MAD', { initiator: 'وكالة' })), /cannot be written in Latin/)
})
