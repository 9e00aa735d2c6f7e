import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { type HouseholdMaker, householdMaker, type ModelFiles, type ModelledHousehold } from './household.ts'
import { contactsFile, factsFile, familiesFile, nameRow, peopleFile, populationFile } from './model-file.ts'

/** A country's modelled households: its calibration, and the function that makes household number i of a seed. */
export type HouseholdModel = { readonly files: ModelFiles; readonly make: HouseholdMaker }

/**
 * Reads packs/<country>/model/*.yaml and packs/<country>/names/*.csv. A file that does not fit is an exception: it is part of
 * the product, and its message says which file and where.
 */
export function readHouseholdModel(countryFolder: string): HouseholdModel {
  const yaml = <Schema extends z.ZodType>(name: string, schema: Schema): z.infer<Schema> =>
    checked(`model/${name}.yaml`, schema, parseYaml(readFileSync(join(countryFolder, 'model', `${name}.yaml`), 'utf8')))
  const csv = (name: string) =>
    checked(
      `names/${name}.csv`,
      z.array(nameRow).min(1),
      parseCsv(readFileSync(join(countryFolder, 'names', `${name}.csv`)), { columns: true }),
    )
  return householdModel({
    population: yaml('population', populationFile),
    families: yaml('families', familiesFile),
    people: yaml('people', peopleFile),
    facts: yaml('facts', factsFile),
    contacts: yaml('contacts', contactsFile),
    given: csv('given'),
    surnames: csv('surnames'),
  })
}

export function householdModel(files: ModelFiles): HouseholdModel {
  return { files, make: householdMaker(files) }
}

function checked<Schema extends z.ZodType>(file: string, schema: Schema, content: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw new Error(`${file}: ${issue.path.join('.')}: ${issue.message}`)
}

/**
 * Households `from` to `to` - 1 of a seed, one at a time: constant memory, and the same whatever the ranges. They are modelled,
 * not observed: whatever shows them must say so.
 */
export function* modelHouseholds(
  model: HouseholdModel,
  range: { readonly seed: number; readonly from: number; readonly to: number },
): Generator<ModelledHousehold, void, undefined> {
  for (let index = range.from; index < range.to; index++) yield model.make(range.seed, index)
}
