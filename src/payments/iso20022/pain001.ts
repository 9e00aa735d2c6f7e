import { type Currency, type DateText, type Money, money, moneyText } from '#kernel'
import { latinText } from './latin.ts'

/** The two versions in use: banks of our countries still ask for .03, the market moves to .12. One writer for both. */
export type Pain001Version = '03' | '12'

export type CreditTransferFile = {
  /** At most 35 characters; a receiver refuses a message id that it has seen. */
  readonly messageId: string
  /** When the message was made, `2026-12-20T08:00:00Z`. An argument, so that the same run gives the same bytes. */
  readonly createdAt: string
  readonly initiator: string
  readonly count: number
  readonly total: Money
  readonly groups: Iterable<PaymentGroup> | AsyncIterable<PaymentGroup>
}

/** One PmtInf: what one provider executes from one of our accounts on one day. */
export type PaymentGroup = {
  readonly id: string
  readonly executionDate: DateText
  readonly debtor: string
  readonly debtorAccount: string
  readonly agent: { readonly bic: string | null; readonly name: string }
  readonly count: number
  readonly total: Money
  readonly transfers: Iterable<readonly CreditTransfer[]> | AsyncIterable<readonly CreditTransfer[]>
}

export type CreditTransfer = {
  /** At most 35 characters; comes back in every answer and statement. */
  readonly endToEndId: string
  /** Minor units of the file's currency. */
  readonly amount: bigint
  readonly creditor: string
  readonly account:
    | { readonly kind: 'bank'; readonly iban: string }
    | { readonly kind: 'mobile'; readonly msisdn: string }
    | { readonly kind: 'cash'; readonly reference: string }
  readonly remittance: string
}

/**
 * Writes a customer credit transfer initiation (ISO 20022 pain.001.001.03 or .12) piece by piece, in constant memory.
 * Totals stand before the transfers in the format, so they are given; a file whose transfers do not add up to them is a
 * bug and throws before its last piece, so that it can never be mistaken for a whole file.
 */
export async function* writePain001(version: Pain001Version, file: CreditTransferFile): AsyncGenerator<string> {
  const { currency } = file.total
  const space = `urn:iso:std:iso:20022:tech:xsd:pain.001.001.${version}`
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="${space}">\n<CstmrCdtTrfInitn>\n` +
    `<GrpHdr><MsgId>${id(file.messageId)}</MsgId><CreDtTm>${file.createdAt}</CreDtTm>` +
    `${sums(file.count, file.total)}<InitgPty><Nm>${name(file.initiator)}</Nm></InitgPty></GrpHdr>\n`
  let count = 0
  let total = 0n
  for await (const group of file.groups) {
    yield groupHead(version, group)
    let groupCount = 0
    let groupTotal = 0n
    for await (const transfers of group.transfers) {
      let piece = ''
      for (const transfer of transfers) {
        piece += transferElement(version, transfer, currency)
        groupCount++
        groupTotal += transfer.amount
      }
      yield piece
    }
    mustAddUp(`group ${group.id}`, groupCount, money(groupTotal, currency), group)
    yield '</PmtInf>\n'
    count += groupCount
    total += groupTotal
  }
  mustAddUp(`message ${file.messageId}`, count, money(total, currency), file)
  yield '</CstmrCdtTrfInitn>\n</Document>\n'
}

function groupHead(version: Pain001Version, group: PaymentGroup): string {
  const day = version === '03' ? group.executionDate : `<Dt>${group.executionDate}</Dt>`
  const bic = version === '03' ? 'BIC' : 'BICFI'
  const agent = group.agent.bic === null ? `<Nm>${name(group.agent.name)}</Nm>` : `<${bic}>${group.agent.bic}</${bic}>`
  return (
    `<PmtInf><PmtInfId>${id(group.id)}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>true</BtchBookg>` +
    `${sums(group.count, group.total)}<PmtTpInf><CtgyPurp><Cd>SSBE</Cd></CtgyPurp></PmtTpInf>` +
    `<ReqdExctnDt>${day}</ReqdExctnDt><Dbtr><Nm>${name(group.debtor)}</Nm></Dbtr>` +
    `<DbtrAcct><Id>${accountElement(group.debtorAccount)}</Id><Ccy>${group.total.currency}</Ccy></DbtrAcct>` +
    `<DbtrAgt><FinInstnId>${agent}</FinInstnId></DbtrAgt><ChrgBr>DEBT</ChrgBr>\n`
  )
}

function transferElement(version: Pain001Version, transfer: CreditTransfer, currency: Currency): string {
  const key = id(transfer.endToEndId)
  return (
    `<CdtTrfTxInf><PmtId><InstrId>${key}</InstrId><EndToEndId>${key}</EndToEndId></PmtId>` +
    `<Amt><InstdAmt Ccy="${currency}">${moneyText({ minor: transfer.amount, currency })}</InstdAmt></Amt>` +
    `<Cdtr><Nm>${name(transfer.creditor)}</Nm></Cdtr>` +
    `<CdtrAcct>${creditorAccount(version, transfer.account)}</CdtrAcct>` +
    `<Purp><Cd>SSBE</Cd></Purp><RmtInf><Ustrd>${name(transfer.remittance)}</Ustrd></RmtInf></CdtTrfTxInf>\n`
  )
}

/** A wallet is a proxy in .12, which has an element for it; in .03 it is an account of another scheme. */
function creditorAccount(version: Pain001Version, account: CreditTransfer['account']): string {
  switch (account.kind) {
    case 'bank':
      return `<Id><IBAN>${account.iban}</IBAN></Id>`
    case 'mobile':
      return version === '03'
        ? `<Id><Othr><Id>${account.msisdn}</Id><SchmeNm><Prtry>MSISDN</Prtry></SchmeNm></Othr></Id>`
        : `<Prxy><Tp><Prtry>MSISDN</Prtry></Tp><Id>${account.msisdn}</Id></Prxy>`
    case 'cash':
      return `<Id><Othr><Id>${id(account.reference)}</Id><SchmeNm><Prtry>CASH</Prtry></SchmeNm></Othr></Id>`
  }
}

function accountElement(account: string): string {
  return /^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(account) ? `<IBAN>${account}</IBAN>` : `<Othr><Id>${id(account)}</Id></Othr>`
}

function sums(count: number, total: Money): string {
  return `<NbOfTxs>${count}</NbOfTxs><CtrlSum>${moneyText(total)}</CtrlSum>`
}

/** Max140Text. Names without a Latin letter were held back when the run was prepared. */
function name(text: string): string {
  const written = latinText(text, 140)
  if (written === undefined) throw new Error(`“${text}” cannot be written in Latin characters`)
  return written
}

/** Max35Text, kept as it is: an identifier that had to be changed would not come back. */
function id(text: string): string {
  if (!/^[A-Za-z0-9+][A-Za-z0-9\-?:().,'+ /]{0,34}$/.test(text))
    throw new Error(`“${text}” is not an ISO 20022 identifier`)
  return text
}

function mustAddUp(what: string, count: number, total: Money, told: { count: number; total: Money }): void {
  if (count === told.count && total.minor === told.total.minor) return
  throw new Error(
    `${what}: ${count} transfers of ${moneyText(total)} were written, ${told.count} of ${moneyText(told.total)} announced`,
  )
}
