import { type Database, transaction, workerActor } from '#db'
import { instructionsOfPayees } from '#payments'
import { modelledPhones } from '#population'

const LOOKED_AT = 100
const SHOWN = 3

/** Telephones of modelled persons who are paid, for whoever tries a demonstration; never those of anybody else. */
export function paidPhones(worker: Database): Promise<readonly string[]> {
  return transaction(worker, workerActor('demonstration'), async tx => {
    const people = await modelledPhones(tx, LOOKED_AT)
    const paid = new Set(
      (
        await instructionsOfPayees(
          tx,
          people.map(one => one.person),
        )
      ).map(one => one.payeeId),
    )
    return people
      .filter(one => paid.has(one.person))
      .slice(0, SHOWN)
      .map(one => one.phone)
  })
}
