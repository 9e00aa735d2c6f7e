import { sql } from 'kysely'
import type { Transaction } from '#db'
import { err, ok, type Result } from '#kernel'
import { type Evidence, judgeBy } from '../matching/evidence.ts'
import { openRecords } from '../matching/open-records.ts'
import { newcomersPriorBits } from './built-in-model.ts'
import { latestModel } from './latest-model.sql.ts'
import { matchKeys } from './match-keys.ts'
import { registeredPersons } from './persons.sql.ts'
import { cellsOf, REGISTER_COLUMNS, type RegisteredPerson } from './registered-person.ts'

/** A person of the register who may be the one at the desk. */
export type Candidate = {
  readonly person: string
  /** From 0 to 1. */
  readonly probability: number
  readonly evidence: readonly Evidence[]
}

/** More than so many who share a key are no help: the first are compared. */
const MOST_COMPARED = 400
const LEAST_SHOWN = 0.05
const MOST_SHOWN = 10

/**
 * Who of the register may be this person, the likeliest first: asked before somebody is registered. Persons of the actor's
 * territories only; the search of the whole register finds the others.
 *
 * Refuses `no_model` where none was learnt from this country's register yet.
 */
export async function findCandidates(
  tx: Transaction,
  country: string,
  person: RegisteredPerson,
): Promise<Result<Candidate[], { code: 'no_model' }>> {
  const model = (await latestModel(tx, country))?.model
  if (!model) return err({ code: 'no_model' })
  const { rows } = await sql<{ id: string }>`
    select id from population.match_candidates(${country}, ${matchKeys(person)}::integer[], ${MOST_COMPARED}) as id`.execute(
    tx,
  )
  const found = await registeredPersons(
    tx,
    rows.map(({ id }) => id).filter(id => id !== person.id),
  )
  const open = openRecords(REGISTER_COLUMNS)
  for (const each of [person, ...found]) open.add(cellsOf(each))
  const judge = judgeBy(model, open.close(), await newcomersPriorBits(tx, model))
  const candidates = found
    .map((each, at) => ({ person: each.id, probability: judge.probability(0, at + 1), at: at + 1 }))
    .filter(({ probability }) => probability >= LEAST_SHOWN)
    .sort((a, b) => b.probability - a.probability || (a.person < b.person ? -1 : 1))
    .slice(0, MOST_SHOWN)
  return ok(
    candidates.map(({ person: id, probability, at }) => ({ person: id, probability, evidence: judge.evidence(0, at) })),
  )
}
