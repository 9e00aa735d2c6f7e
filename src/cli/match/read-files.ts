import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { openTable, type Table, TableError } from '#households'
import { openRecords, type Records } from '#population'
import { UsageError } from '../command.ts'
import type { Chosen, Sample } from './columns.ts'
import { type TruthAsked, TruthNumbers } from './truth.ts'

const LOOKED_AT = 5000

export async function openFile(path: string): Promise<Table> {
  if (!existsSync(path)) throw new UsageError(`there is no file ${path}`)
  return openTable(path).catch(refused)
}

function refused(error: unknown): never {
  throw error instanceof TableError ? new UsageError(error.message) : error
}

/** The header without the spaces around its names, and the first rows. */
export async function sampleOf(table: Table): Promise<Sample> {
  const header = headerOf(table)
  const rows: string[][] = []
  try {
    for await (const some of table.rows()) {
      for (const { number, cells } of some) rows.push(cellsOf(table, header, number, cells))
      if (rows.length >= LOOKED_AT) break
    }
  } catch (error) {
    refused(error)
  }
  if (rows.length === 0) throw new UsageError(`${basename(table.path)} has a header and no rows`)
  return { file: basename(table.path), header, rows }
}

function headerOf(table: Table): string[] {
  const header = table.header.map(name => name.replace(/^\ufeff/, '').trim())
  const twice = header.find((name, at) => name !== '' && header.indexOf(name) < at)
  if (twice !== undefined) throw new UsageError(`${basename(table.path)}: column ${twice} stands more than once`)
  return header
}

function cellsOf(table: Table, header: readonly string[], number: number, cells: readonly string[]): string[] {
  const extra = cells.slice(header.length).some(cell => cell.trim() !== '')
  if (extra || cells.length < header.length) {
    throw new UsageError(
      `${basename(table.path)}, row ${number}: ${cells.length} cells, where the header has ${header.length}`,
    )
  }
  return cells.map(cell => cell.trim())
}

export type Asked = {
  readonly columns: readonly Chosen[]
  readonly id: string | undefined
  readonly truth: TruthAsked | undefined
}

export type Loaded = {
  readonly records: Records
  /** What names each record in the output: the value of its id, or its row as a spreadsheet numbers it. */
  readonly ids: readonly string[]
  readonly truth: Int32Array | undefined
}

/** Reads the files whole, one after the other, told how many bytes are read. */
export async function loadRecords(
  tables: readonly Table[],
  { columns, id, truth }: Asked,
  read: (rows: number) => Promise<void>,
): Promise<Loaded> {
  const records = openRecords(columns)
  const ids: string[] = []
  const people = truth && new TruthNumbers(truth)
  for (const [file, table] of tables.entries()) {
    const header = headerOf(table)
    const idPlace = id === undefined ? -1 : placeOf(table, header, id, '--id')
    const truthPlace = truth ? placeOf(table, header, truth.column, '--truth') : -1
    const places = columns.map(column => column.places[file]!)
    const rowOf = new Map<string, number>()
    try {
      for await (const some of table.rows()) {
        for (const { number, cells } of some) {
          const row = cellsOf(table, header, number, cells)
          ids.push(idPlace < 0 ? String(number) : uniqueId(table, row[idPlace]!, number, rowOf))
          records.add(places.map(place => row[place]!))
          people?.add(row[truthPlace]!)
        }
        await read(ids.length)
      }
    } catch (error) {
      refused(error)
    }
    if (tables.length === 2 && file === 0) records.endFirst()
  }
  return { records: records.close(), ids, truth: people?.close() }
}

function placeOf(table: Table, header: readonly string[], name: string, option: string): number {
  const place = header.indexOf(name)
  if (place >= 0) return place
  throw new UsageError(`${option}: ${basename(table.path)} has no column ${name}; it has: ${header.join(', ')}`)
}

function uniqueId(table: Table, id: string, number: number, rowOf: Map<string, number>): string {
  const file = basename(table.path)
  if (id === '') throw new UsageError(`${file}, row ${number}: the id is empty`)
  const before = rowOf.get(id)
  if (before !== undefined) throw new UsageError(`${file}, row ${number}: id ${id} stands in row ${before} already`)
  rowOf.set(id, number)
  return id
}
