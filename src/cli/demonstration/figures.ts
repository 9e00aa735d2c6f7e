import type { Country } from '#countries'
import {
  type Assessment,
  describeModel,
  descriptionText,
  type HouseholdModel,
  type ModelledHousehold,
  modelHouseholds,
} from '#households'
import type { Month } from '#kernel'
import { decide, parseCase } from '#rules'
import { declaredOn } from './households.ts'

type Asked = {
  readonly model: HouseholdModel
  readonly households: number
  readonly seed: number
  readonly month: Month
}

/** What the modelled households of a seed look like, and who would be eligible; nothing is registered, no database needed. */
export function modelFigures(country: Country, { model, households, seed, month }: Asked): string {
  const inShock = new Set(country.shocks.map(each => each.pack))
  const packs = [...country.book.packs.values()].filter(pack => pack.life.to === null && !inShock.has(pack.id))
  const assess = ({ sourceId, facts, members }: ModelledHousehold): Assessment => {
    const json = {
      id: sourceId,
      at: month,
      household: facts,
      members: members.map(member => ({ id: member.sourceId, ...member.facts })),
    }
    const subject = parseCase(json, country.catalogue, country.territories)
    if (!subject.ok) throw new Error(`${sourceId}: ${subject.refusal.path}: ${subject.refusal.message}`)
    const scores: Record<string, number | null> = {}
    const eligible: Record<string, boolean | null> = {}
    for (const pack of packs) {
      const { outcome, scores: values } = decide(country.book, pack.id, subject.value)
      for (const [name, value] of Object.entries(values)) scores[name] = value === null ? null : tenMillionths(value)
      if (!pack.score) eligible[pack.id] = outcome === 'undetermined' ? null : outcome === 'eligible'
    }
    return { scores, eligible }
  }
  const range = { seed, from: 0, to: households }
  return descriptionText(describeModel(modelHouseholds(model, range), { asOf: declaredOn(model), assess }))
}

/** A score as the rules write it, with its seven decimals, in whole numbers. */
function tenMillionths(score: string): number {
  return Number(score.replace('.', ''))
}
