import type { Database, StaffActor } from '#db'
import { parseId } from '#kernel'
import { findStaffActor, listStaff } from '#security'
import { UsageError } from './command.ts'

/** The member of staff named in a call by id or by name (case and accents do not matter), with the grants of this moment. */
export async function staffNamed(app: Database, idOrName: string): Promise<StaffActor> {
  const staff = await listStaff(app)
  const id = parseId<'staff'>(idOrName)
  const same = new Intl.Collator('fr', { sensitivity: 'base' })
  const found = staff.filter(one => one.id === id || same.compare(one.name, idOrName) === 0)
  const [only, other] = found
  if (!only) {
    const known = staff.slice(0, 20).map(one => one.name)
    throw new UsageError(`there is no member of staff ${idOrName}; there are: ${known.join(', ') || 'none'}`)
  }
  if (other)
    throw new UsageError(
      `several members of staff are called ${idOrName}; give an id: ${found.map(one => one.id).join(', ')}`,
    )
  return (await findStaffActor(app, only.id))!
}
