import type { Country } from '#countries'
import type { Transaction } from '#db'
import type { Id } from '#kernel'
import type { InstructionView } from '#payments'
import { officesOf, type Reading, type ReadSubject, readingsByDay, readingsOf } from '#security'
import type { ToldReading } from '../context.ts'
import { placeOf } from './words.ts'

type ReadHousehold = {
  readonly id: Id<'Household'>
  readonly territory: string
  readonly members: readonly { readonly person: string }[]
}

/** Readings of the household itself, of its members, and of the payment files that named one of them, the latest first. */
export function readingsOfHousehold(
  tx: Transaction,
  { id, territory, members }: ReadHousehold,
  instructions: readonly Pick<InstructionView, 'run'>[],
  limit: number,
): Promise<Reading[]> {
  const runs = new Set(instructions.map(({ run }) => run))
  const subjects: ReadSubject[] = [
    { kind: 'household', id },
    ...members.map(({ person }): ReadSubject => ({ kind: 'person', id: person })),
    ...[...runs].map((run): ReadSubject => ({ kind: 'payment_run', id: run })),
  ]
  return readingsOf(tx, subjects, { territory, limit })
}

/** The same as the household may be told of them: by day, place of work and purpose, without a name (ADR 0032). */
export async function toldReadings(
  tx: Transaction,
  country: Country,
  readings: readonly Reading[],
): Promise<readonly ToldReading[]> {
  const offices = await officesOf(tx, [...new Set(readings.map(({ actor }) => actor))])
  return readingsByDay(readings, country.timeZone, offices).map(({ office, ...told }) => ({
    ...told,
    office: office === undefined ? undefined : office === '' ? [country.name] : placeOf(country, office),
  }))
}
