export { accepted, type Case, type CaseMember, type CaseProblem, type Facts, parseCase, readValue } from './case.ts'
export { type Catalogue, type Fact, type FactType, parseCatalogue, type TerritoryForm } from './catalogue.ts'
export { checkPacks, type PolicyFile } from './check-packs.ts'
export { arrayFor, type Column, type Columns, columnOver, DECIMAL_PLACES, unknownOf } from './columns/columns.ts'
export { ColumnsBuilder, columnsOf } from './columns/columns-builder.ts'
export { CompiledPack, compilePack } from './columns/compiled-pack.ts'
export { CompiledDecider } from './columns/decide-compiled.ts'
export { JsonRows } from './columns/json-rows.ts'
export { dayOfPacked, packedOfDay } from './columns/packed-date.ts'
export type { Results } from './columns/results.ts'
export { type Compiled, compileExpression } from './compile-expression.ts'
export { addDays, addMonths, CivilDate, dateOf, dateToText, monthsBetween, parseDate } from './date.ts'
export { datedValue } from './dated-value.ts'
export { type DecideOptions, decide, UnwritableAmount } from './decide.ts'
export type {
  Amount,
  Citation,
  Confidence,
  Decision,
  Direction,
  ExplainedFact,
  ExplainedParameter,
  ExplainedReason,
  ExplainedStep,
  ExplainedTerm,
  Explanation,
  FactOrigin,
  Line,
  Outcome,
  Per,
  Reason,
} from './decision.ts'
export { type Diagnostic, formatDiagnostic, nearest, sortDiagnostics } from './diagnostic.ts'
export { diffBooks, type LawChange } from './diff-packs.ts'
export { DaysDuration, daysDuration, durationToText, MonthsDuration, parseDuration } from './duration.ts'
export { evaluate, type Watch } from './evaluate.ts'
export { explanationText } from './explanation-text.ts'
export { childrenOf, type Expr, mentions, type Place, type Table } from './expression.ts'
export { factsRead } from './facts-read.ts'
export { type Expectation, type NamedCase, parseCases, runCase } from './named-case.ts'
export {
  add,
  compareNumbers,
  decimal,
  divide,
  ExactNumber,
  fraction,
  multiply,
  negate,
  numberToText,
  parseNumber,
  type RoundingMode,
  round,
  sameNumber,
  subtract,
  toDouble,
  toWhole,
  whole,
} from './number.ts'
export { OutsideLanguage } from './outside-language.ts'
export type { Form, Formula, Pack, Parameter, ParameterValue, RuleBook, Step } from './pack.ts'
export { parametersOf } from './pack-parts.ts'
export { type ParseOptions, parseExpression, parseUnaryTests } from './parse.ts'
export type { SyntaxProblem } from './problem.ts'
export { type ConditionPlace, readCondition } from './read-condition.ts'
export { Bound, EMPTY_SCOPE, type Scope, scopeOf } from './scope.ts'
export { type Engine, evalTckLine, type Tagged, type TckAnswer, type TckLine } from './tck.ts'
export { type CheckOptions, checkExpression } from './typing/check-expression.ts'
export {
  ANY,
  agree,
  codeType,
  either,
  listType,
  NULL,
  recordType,
  type Shape,
  say,
  type Type,
  type TypeScope,
  typeOf,
  withNull,
} from './typing/type.ts'
export type { TypeProblem, TypeProblemCode } from './typing/type-problem.ts'
export {
  type Context,
  FunctionValue,
  isContext,
  isList,
  isNumber,
  type Kind,
  kindOf,
  type List,
  Range,
  type Value,
} from './value.ts'
export { valueToText } from './value-text.ts'
export { type Cursor, readYaml } from './yaml-source.ts'
export { readYamlData } from './yaml-text.ts'
