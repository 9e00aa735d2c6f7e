export { type AccountNumberRefusal, type PayeeAccountKind, parseAccountNumber } from './account-number.ts'
export {
  type CreditTransfer,
  type CreditTransferFile,
  type Pain001Version,
  type PaymentGroup,
  writePain001,
} from './iso20022/pain001.ts'
export { type AccountBalance, trialBalance } from './ledger.sql.ts'
export type {
  AccountKey,
  LedgerAccountKind,
  TransferId,
  TransferKind,
  TransferRefusal,
  TransferRequest,
} from './ledger.ts'
export { postTransfers } from './transfer.ts'
