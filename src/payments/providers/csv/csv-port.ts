import type { FilePort } from '../provider-port.ts'
import type { CsvMapping } from './csv-mapping.ts'
import { readCsvAnswerPieces, readCsvAnswers } from './read-csv-answers.ts'
import { writeCsvOrders } from './write-orders.ts'

/** Files in CSV both ways, as the mapping of the provider says. */
export function csvPort(mapping: CsvMapping): FilePort {
  return {
    adapter: 'csv',
    format: 'csv',
    write: orders => writeCsvOrders(mapping.orders, orders),
    read: bytes => readCsvAnswers(mapping.answers, bytes),
    readPieces: bytes => readCsvAnswerPieces(mapping.answers, bytes),
  }
}
