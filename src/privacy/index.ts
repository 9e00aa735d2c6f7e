export { type AccessFile, type AccessRefusal, accessText, collectAccessFile, type Subject } from './access.ts'
export { inventory, withoutPersons } from './inventory.ts'
export { type RegisterRow, registerOf } from './register.ts'
export { type Resealed, resealColumns, sealingColumns } from './reseal-columns.ts'
