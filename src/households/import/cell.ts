import { err, ok, parseDate, type Result, territoryCode } from '#kernel'
import type { Fact } from '#rules'

/** What an import needs to know of a fact. */
export type FactColumn = Pick<Fact, 'name' | 'type' | 'codes' | 'min'>

/** A fact as it travels: money and decimals are text, so that no digit is lost; the rest is JSON. */
export type FactValue = string | number | boolean

/** A cell that does not hold what its column takes. `accepted` is for a person: what to write instead. */
export type CellRefusal = { readonly accepted: string }

export type CellStyle = {
  /** True in files that separate cells by something else than a comma: there `12,5` is twelve and a half. */
  readonly decimalComma: boolean
  /** Decimal places of the country's currency. */
  readonly moneyPlaces: number
  /** Whether the country has a place of this code, and how codes are written there. */
  readonly territory: { readonly knows: (code: string) => boolean; readonly accepted: string }
}

const YES = new Set(['true', '1', 'yes', 'oui', 'vrai'])
const NO = new Set(['false', '0', 'no', 'non', 'faux'])
/** Facts are counted in numbers that JavaScript holds exactly. */
const MOST_DIGITS = 15

/** A cell read: undefined where it is empty. */
export type CellRead = Result<FactValue | undefined, CellRefusal>

/** Reads one cell as the fact it stands for; undefined where the cell is empty (the fact was not said). */
export function readCell(fact: FactColumn, text: string, style: CellStyle): CellRead {
  const cell = text.trim()
  if (cell === '') return ok(undefined)
  switch (fact.type) {
    case 'boolean':
      return readBoolean(cell)
    case 'integer':
      return readInteger(fact, cell)
    case 'money':
      return readNumber(cell, style, style.moneyPlaces, acceptedMoney(style))
    case 'decimal':
      return readNumber(cell, style, MOST_DIGITS, 'a number, such as 12.5')
    case 'date':
      return readDate(cell)
    case 'code':
      return readCode(fact.codes, cell)
    case 'territory':
      return readTerritory(cell, style)
  }
}

function readBoolean(cell: string): Result<boolean, CellRefusal> {
  const word = cell.toLowerCase()
  if (YES.has(word)) return ok(true)
  if (NO.has(word)) return ok(false)
  return err({ accepted: 'true or false (also 1 and 0, yes and no, oui and non)' })
}

function readInteger(fact: FactColumn, cell: string): Result<number, CellRefusal> {
  // A spreadsheet writes a whole number as 3 or as 3.0.
  const digits = /^(\d+)(?:[.,]0+)?$/.exec(cell)?.[1]
  const value = digits && digits.length <= MOST_DIGITS ? Number(digits) : undefined
  if (value !== undefined && value >= fact.min) return ok(value)
  return err({ accepted: `a whole number, ${fact.min} or more` })
}

function readNumber(cell: string, style: CellStyle, places: number, accepted: string): Result<string, CellRefusal> {
  const parts = (style.decimalComma ? /^(\d+)(?:[.,](\d+))?$/ : /^(\d+)(?:\.(\d+))?$/).exec(cell)
  if (!parts) return err({ accepted })
  const whole = (parts[1] as string).replace(/^0+(?=\d)/, '')
  const fraction = parts[2] ?? ''
  if (fraction.length > places || whole.length + fraction.length > MOST_DIGITS) return err({ accepted })
  return ok(fraction === '' ? whole : `${whole}.${fraction}`)
}

function readDate(cell: string): Result<string, CellRefusal> {
  const day = parseDate(cell)
  return day ? ok(day) : err({ accepted: 'a day of the calendar written YYYY-MM-DD, such as 1984-03-05' })
}

function readCode(codes: Fact['codes'], cell: string): Result<string, CellRefusal> {
  return codes.has(cell) ? ok(cell) : err({ accepted: `one of ${[...codes.keys()].join(', ')}` })
}

function acceptedMoney({ moneyPlaces }: CellStyle): string {
  return moneyPlaces === 0
    ? 'an amount without decimals, such as 1250'
    : `an amount with at most ${moneyPlaces} decimals, such as 1250.${'50'.padEnd(moneyPlaces, '0').slice(0, moneyPlaces)}`
}

function readTerritory(cell: string, style: CellStyle): Result<string, CellRefusal> {
  const code = territoryCode(cell)
  return style.territory.knows(code) ? ok(code) : err({ accepted: style.territory.accepted })
}
