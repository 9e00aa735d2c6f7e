import type { Config } from '#config'
import { type Databases, type StaffActor, transaction, type WorkerActor } from '#db'
import { inviteStaff } from '#security'
import { type Io, UsageError } from '../command.ts'

/** Prints a link by which somebody chooses a password. It is told here once and kept nowhere. */
export async function invite(
  { app }: Databases,
  acting: StaffActor | WorkerActor,
  request: { readonly email: string; readonly name: string; readonly hours: number },
  config: Pick<Config, 'host' | 'port' | 'publicUrl'>,
  io: Io,
): Promise<void> {
  if (!/^[^\s@]+@[^\s@]+$/.test(request.email)) throw new UsageError(`${request.email} is no e-mail address`)
  const { token, staffId, expiresAt } = await transaction(app, acting, tx => inviteStaff(tx, request))
  const address = config.publicUrl?.replace(/\/$/, '') ?? `http://${config.host}:${config.port}`
  io.out(
    `${request.name} (${staffId}) chooses a password here, once, before ${expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC:\n` +
      `${address}/console/invitation?token=${token}\n`,
  )
}
