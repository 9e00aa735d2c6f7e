export type { AssumptionProblem } from './assume.ts'
export { type Draft, type DraftRefusal, draftOf } from './draft.ts'
export type { Published, Row, Shown, Table } from './figures.ts'
export type { Move, Reach } from './moves.ts'
export type { Projected } from './projection.ts'
export {
  findStudy,
  listStudies,
  type PublishedBefore,
  publishedBefore,
  type SavedRow,
  type SavedStudy,
  type StudyId,
  saveStudy,
} from './saved.ts'
export { readStudy, type Scenario, type Study, type StudyRefusal } from './scenario.ts'
export type {
  ScenarioResult,
  SimulationRefusal,
  StudyResult,
} from './simulate.ts'
export { openStudio, type SimulateOptions, type Studio, simulate, studyRefusal, type TryOptions } from './studio.ts'
