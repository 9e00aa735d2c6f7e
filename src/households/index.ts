export {
  type DescribeOptions,
  describeModel,
  descriptionText,
  type Figure,
  type ModelDescription,
} from './model/describe.ts'
export type { ModelFiles, ModelledHousehold, ModelledMember } from './model/household.ts'
export { type HouseholdModel, householdModel, modelHouseholds, readHouseholdModel } from './model/model.ts'
