import { type Databases, type StaffActor, transaction, type WorkerActor } from '#db'
import { resetSecondFactor, type StaffId } from '#security'
import type { Io } from '../command.ts'

/** Forgets somebody's authenticator and recovery codes: the next sign-in asks for the password alone, until another is set up. */
export async function resetAuthenticator(
  { app }: Databases,
  acting: StaffActor | WorkerActor,
  staff: { readonly staffId: StaffId; readonly name: string },
  io: Io,
): Promise<void> {
  const purpose = 'administration: socle staff reset-second-factor'
  const removed = await transaction(app, acting, tx => resetSecondFactor(tx, staff.staffId, { purpose }))
  io.out(
    removed
      ? `${staff.name} signs in with the password alone until another authenticator is set up; open sessions have ended.\n`
      : `${staff.name} has no authenticator; open sessions have ended.\n`,
  )
}
