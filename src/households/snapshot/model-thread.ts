// A thread that makes some modelled households and writes them, each in the file of its region.
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { type DateText, monthOf } from '#kernel'
import { modelHouseholds, readHouseholdModel } from '../model/model.ts'
import { type CountryTerms, readTerms } from './country-terms.ts'
import type { SnapshotFile } from './manifest.ts'
import { RegionFile } from './region-file.ts'

export type ModelThreadData = CountryTerms & {
  readonly folder: string
  readonly countryFolder: string
  readonly effectiveOn: DateText
  readonly seed: number
  readonly from: number
  readonly to: number
  /** Told apart from the files of other threads. */
  readonly part: number
}

export type ModelThreadAnswer = { readonly households: number } | { readonly files: readonly SnapshotFile[] }

const REPORT_EVERY = 2_000
const data = workerData as ModelThreadData
const terms = { ...readTerms(data), month: monthOf(data.effectiveOn) }
const { country } = terms.catalogue
const open = new Map<string, { readonly file: RegionFile; readonly path: string }>()
const tell = (answer: ModelThreadAnswer) => parentPort?.postMessage(answer)

let index = data.from
for (const { territory, facts, members } of modelHouseholds(readHouseholdModel(data.countryFolder), data)) {
  fileOf(territory).append({
    household: uuidOf(0, index, 0),
    declaration: uuidOf(1, index, 0),
    territory,
    weight: 1,
    facts,
    members: members.map((member, place) => ({ id: uuidOf(2, index, place), facts: member.facts })),
  })
  if (++index % REPORT_EVERY === 0) tell({ households: REPORT_EVERY })
}
tell({ files: [...open].map(([region, { file, path }]) => ({ region, path, ...file.close() })) })

function fileOf(territory: string): RegionFile {
  const region = territory.split('.', 1)[0] as string
  const found = open.get(region)
  if (found) return found.file
  const path = `${region}-${data.part}.arrow`
  const file = new RegionFile({ ...terms, path: join(data.folder, path) })
  open.set(region, { file, path })
  return file
}

/** Of nobody: version 8 (RFC 9562, for makers' own layouts), from the seed, the number of the household and the place of the member. */
function uuidOf(kind: number, household: number, member: number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  const letters = hex(country.charCodeAt(0), 2) + hex(country.charCodeAt(1), 2)
  return `${hex(data.seed, 8)}-${letters}-8${hex(kind, 3)}-8${hex(member, 3)}-${hex(household, 12)}`
}
