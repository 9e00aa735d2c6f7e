import { type Databases, transaction } from '#db'
import { newId, parseId } from '#kernel'
import {
  agreeToCashWay,
  type CashWay,
  type CashWayId,
  cashWays,
  listCashWays,
  type NetworkWay,
  sayCashWay,
  withdrawCashWay,
} from '#payments'
import { type Io, UsageError } from '../command.ts'
import type { Acting } from '../staff.ts'
import { refusalText } from './words.ts'

const WAYS: Readonly<Record<CashWay, string>> = {
  own_till: 'pays by its own till what it is ordered',
  counter: 'is ordered nothing: agents of ours pay at its points',
}

/** `socle pay way`: NETWORK WAY says one, `agree WAY` agrees to it, `withdraw WAY` takes it back, and nothing lists the networks of cash. */
export async function payWay(
  { app }: Databases,
  acting: Acting,
  [word, value]: readonly string[],
  io: Io,
): Promise<void> {
  if (word === undefined) {
    const networks = await transaction(app, acting('payment_run.read'), listCashWays, { readOnly: true })
    if (networks.length === 0) io.out('No network of cash is registered.\n')
    for (const network of networks) io.out(`${networkText(network)}\n`)
    return
  }
  const by = acting('budget.write')
  if (word === 'agree') {
    const id = wayIn(value, 'agree')
    const agreed = await transaction(app, by, tx => agreeToCashWay(tx, id))
    if (!agreed.ok) throw new UsageError(refusalText(agreed.refusal))
    io.out('Agreed: it holds for every run whose file is not made yet and for which no window is announced.\n')
    return
  }
  if (word === 'withdraw') {
    const id = wayIn(value, 'withdraw')
    const withdrawn = await transaction(app, by, tx => withdrawCashWay(tx, id))
    if (!withdrawn.ok) throw new UsageError(refusalText(withdrawn.refusal))
    io.out('Taken back: the network pays as it did.\n')
    return
  }
  const way = cashWays.find(each => each === value)
  if (way === undefined) throw new UsageError(`way takes a network, then ${cashWays.join(' or ')}`)
  const id = newId<'cash-way'>()
  const said = await transaction(app, by, tx => sayCashWay(tx, { id, provider: word, way }))
  if (!said.ok) throw new UsageError(refusalText(said.refusal))
  io.out(`${word} is to be one that ${WAYS[way]}, once somebody else agrees:\n`)
  io.out(`Next: socle pay way agree ${id} --as SOMEBODY-ELSE\n`)
}

function wayIn(value: string | undefined, word: string): CashWayId {
  const id = parseId<'cash-way'>(value ?? '')
  if (id === undefined) throw new UsageError(`way ${word} takes the id of what was said; socle pay way shows it`)
  return id
}

function networkText({ provider, name, way, since, waiting }: NetworkWay): string {
  const stands = `${way ?? 'own_till'}: ${WAYS[way ?? 'own_till']}`
  const from = since === undefined ? 'nobody said otherwise' : `since ${since.toISOString().slice(0, 10)}`
  const next = waiting ? `; ${waiting.way} once somebody else agrees: socle pay way agree ${waiting.id} --as …` : ''
  return `${provider}  ${name}  ${stands} (${from})${next}`
}
