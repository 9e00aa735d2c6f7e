export {
  addMonths,
  ageOn,
  type DateText,
  firstDay,
  lastDay,
  type Month,
  monthOf,
  monthsBetween,
  parseDate,
  parseMonth,
  quarterOf,
  schoolYearOf,
} from './calendar.ts'
export type { Finding, Severity } from './finding.ts'
export { divideRounded, type Fraction, fraction, parseFraction, type Rounding } from './fraction.ts'
export { type Id, newId, parseId, uuidV7 } from './id.ts'
export {
  addMoney,
  allocate,
  applyRate,
  type Currency,
  compareMoney,
  isCurrency,
  type Money,
  type MoneyRefusal,
  money,
  moneyText,
  parseMoney,
  placesOf,
  subtractMoney,
  sumMoney,
} from './money.ts'
export { err, ok, type Refused, type Result } from './result.ts'
export {
  isWithin,
  type Territory,
  type TerritoryRefusal,
  type TerritoryTree,
  territoryCode,
  territoryTree,
} from './territory.ts'
export { isLanguage, type Language, languages, type Words } from './words.ts'
