/** A payment as a bank books it: out, or back in. */
export type Booked = {
  readonly id: string
  readonly amount: bigint
  readonly back?: boolean
  readonly why?: string
  readonly day?: string
}

let messages = 0

/** A camt.053 that books payments, in MAD. */
export function statement(booked: readonly Booked[]): Uint8Array {
  const entries = booked.map(({ id, amount, back = false, why = 'AC04', day = '2026-12-29' }) => {
    const text = `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`
    const returned = back ? `<RtrInf><Rsn><Cd>${why}</Cd></Rsn></RtrInf>` : ''
    return `<Ntry><Amt Ccy="MAD">${text}</Amt><CdtDbtInd>${back ? 'CRDT' : 'DBIT'}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
      <BookgDt><Dt>${day}</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>${id}</EndToEndId></Refs>${returned}</TxDtls></NtryDtls></Ntry>`
  })
  return new TextEncoder().encode(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
    <GrpHdr><MsgId>C${++messages}</MsgId></GrpHdr><Stmt><Id>1</Id>${entries.join('')}</Stmt></BkToCstmrStmt></Document>`)
}
