import { type Database, type Transaction, transaction } from '#db'
import { err, ok, parseId } from '#kernel'
import {
  agreeToCashWay,
  type CashRunToCome,
  cashRunsToCome,
  cashWays,
  listCashWays,
  listProviders,
  type NetworkWay,
  type ProviderPorts,
  sayCashWay,
  strandedParts,
  wayOf,
  withdrawCashWay,
} from '#payments'
import { actorFor, decideAccess, namesOfActors, type Permission, requireSecondFactor, type SignedIn } from '#security'
import type { NetworkOfCash, WayDoor, WaysPage } from '../way-door.ts'
import { accessOf } from './reader.ts'

const WHOLE = { territory: '', programme: null, sensitivity: 'ordinary' } as const
const WRITE: Permission = 'budget.write'

export type WayParts = { readonly app: Database; readonly worker: Database; readonly ports: ProviderPorts }

/** Ways of providers, for who reads the country's budget; said, agreed to and taken back by who keeps it. */
export function wayDoor({ app, worker, ports }: WayParts): WayDoor {
  const keeping = async (reader: SignedIn) => {
    const access = await accessOf(app, reader)
    const allowed = decideAccess(access.grants, WRITE, WHOLE, access.at)
    if (!allowed.ok) return err({ code: 'not_granted' as const, why: allowed.refusal })
    const factor = requireSecondFactor(reader, WRITE)
    return factor.ok ? ok(actorFor(access, WRITE)) : err({ code: 'second_factor_required' as const })
  }
  const answering = async (reader: SignedIn, way: string, answer: typeof agreeToCashWay) => {
    const by = await keeping(reader)
    if (!by.ok) return by
    const id = parseId<'cash-way'>(way)
    return id ? transaction(app, by.value, tx => answer(tx, id)) : err({ code: 'way_unknown' as const, way })
  }
  return {
    async ways(reader) {
      const access = await accessOf(app, reader)
      if (!decideAccess(access.grants, 'budget.read', WHOLE, access.at).ok) return undefined
      const page = await transaction(worker, actorFor(access, 'budget.read'), tx => readWays(tx, ports))
      return { ...page, maySay: decideAccess(access.grants, WRITE, WHOLE, access.at).ok }
    },
    async sayWay(reader, { id, provider, way: text }) {
      const by = await keeping(reader)
      if (!by.ok) return by
      const way = cashWays.find(each => each === text)
      if (!way) return err({ code: 'way_unknown', way: text })
      return transaction(app, by.value, tx => sayCashWay(tx, { id, provider, way }))
    },
    agreeToWay: (reader, way) => answering(reader, way, agreeToCashWay),
    withdrawWay: (reader, way) => answering(reader, way, withdrawCashWay),
  }
}

async function readWays(tx: Transaction, ports: ProviderPorts): Promise<Omit<WaysPage, 'maySay'>> {
  const providers = await listProviders(tx)
  const networks = await listCashWays(tx)
  const runs = await cashRunsToCome(tx)
  const stranded = await strandedParts(tx, ports)
  const names = await namesOfActors(
    tx,
    networks.flatMap(({ by, waiting }) => [...(by ? [by.said, by.agreed] : []), ...(waiting ? [waiting.by] : [])]),
  )
  return {
    rows: providers.map(({ code, name, kind }) => {
      const port = ports.get(code)
      const network = networks.find(each => each.provider === code)
      return {
        code,
        name,
        kind,
        leavesBy: network?.way === 'counter' ? 'counter' : wayOf(port),
        form: port && port.adapter !== 'http' ? port.adapter : undefined,
        host: port?.adapter === 'http' ? port.host : undefined,
        cash:
          network &&
          networkOfCash(
            network,
            runs.filter(run => run.provider === code),
            names,
          ),
      }
    }),
    stranded: stranded.map(part => ({
      ...part,
      name: providers.find(({ code }) => code === part.provider)?.name ?? part.provider,
    })),
  }
}

function networkOfCash(
  { way, since, by, waiting }: NetworkWay,
  runs: readonly CashRunToCome[],
  names: ReadonlyMap<string, string>,
): NetworkOfCash {
  const nameOf = (actor: string) => names.get(actor) ?? actor
  return {
    way: way ?? 'own_till',
    standing:
      since && by ? { since: since.toISOString(), saidBy: nameOf(by.said), agreedBy: nameOf(by.agreed) } : undefined,
    waiting: waiting && { ...waiting, by: nameOf(waiting.by), at: waiting.at.toISOString() },
    runs: runs.map(({ reference, instructions, announced }) => ({ reference, instructions, announced })),
  }
}
