export type { AssumptionProblem } from './assume.ts'
export { type Draft, type DraftRefusal, draftOf } from './draft.ts'
export type { Published, Row, Shown, Table } from './figures.ts'
export type { Projected } from './projection.ts'
export { readStudy, type Scenario, type Study, type StudyRefusal } from './scenario.ts'
export {
  type Move,
  type Reach,
  type ScenarioResult,
  type SimulateOptions,
  type SimulationRefusal,
  type StudyResult,
  simulate,
} from './simulate.ts'
