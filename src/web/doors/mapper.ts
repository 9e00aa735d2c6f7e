import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { type DateText, type Id, parseId } from '#kernel'
import {
  accountsWithNumber,
  addressOfAccount,
  decideMapping,
  type FinancialAddress,
  financialAddress,
  listProviders,
  type PayeeAccount,
  type PayeeAccountId,
  type Provider,
  parseFinancialAddress,
  payeeAccountsOf,
  recordPayeeAccounts,
} from '#payments'
import { besideStates, type Named, personAsOf, personNamed, statusOf } from '#population'
import { appendAudit, type Service, serviceActor } from '#security'
import type { MapperAct, MapperAnswer, MapperAsked, MapperDoor, MapperRequest } from '../api/mapper-api.ts'
import { paces } from '../pace.ts'
import { todayIn } from './today.ts'

/** Requests about one person by one partner: more is somebody trying numbers. */
const TRIES = { burst: 20, perSecond: 1 / 360 }
/** Beyond every state: the one of now. */
const FAR = new Date('9999-12-31T00:00:00Z')

type Asking = {
  readonly tx: Transaction
  readonly service: Service
  readonly country: Country
  readonly asked: MapperAsked
  readonly providers: readonly Provider[]
  readonly today: DateText
  /** Seconds to wait before this is asked again; 0 to go on. */
  readonly wait: (about: string) => number
}

/**
 * The mapper from a person's number to the account where that person is paid, for programs of partners. A person whom the
 * service may not see is nobody here; what is linked or changed is cooled off and told to the payee as at a desk.
 */
export function mapperDoor(app: Database, country: Country): MapperDoor {
  const tries = paces(TRIES)
  return {
    mapAddresses: (service, asked, now) =>
      transaction(app, serviceActor(service, permissionOf(asked.act)), async tx => {
        const [providers, today] = [await listProviders(tx), await todayIn(tx, country)]
        const wait = (about: string) => tries.take(`${service.id} ${about}`, now)
        const asking: Asking = { tx, service, country, asked, providers, today, wait }
        const answers: MapperAnswer[] = []
        for (const request of asked.requests) answers.push(await answerTo(asking, request))
        const { rows } = await sql<{ now: Date }>`select now() as now`.execute(tx)
        return { at: rows[0]!.now.toISOString(), answers }
      }),
  }
}

const permissionOf = (act: MapperAct) => (act === 'resolve' ? 'payee_account.read' : 'payee_account.write')

type Payee = { readonly person: Id<'Person'>; readonly territory: string; readonly by: Named['by'] }

async function answerTo(asking: Asking, request: MapperRequest): Promise<MapperAnswer> {
  const { reference, id, fa } = request
  const rejected = (code: string, says?: string): MapperAnswer => ({
    reference,
    status: 'rjct',
    ...coded(asking.asked.act, code, says),
    ...(id !== '' && { id }),
    ...(fa !== '' && { fa }),
  })
  const named = namedBy(id, asking.country)
  if (id !== '' && !named)
    return rejected('rjct.id.invalid', `an id is number:, alias: or token:…@${asking.country.code}`)
  const address = fa === '' ? undefined : parseFinancialAddress(fa, asking.providers)
  if (address && !address.ok) return rejected('rjct.fa.invalid', address.refusal.code)
  if (asking.wait(id === '' ? fa : id) > 0)
    return rejected('rjct.unknown.retry', 'asked about too often: ask again later')
  const payee = named && (await payeeNamed(asking, named))
  if (asking.asked.act === 'resolve') return resolved(asking, request, { named, payee, address: address?.value })
  if (!payee) return rejected('rjct.id.invalid', 'nobody of this id is registered here')
  if (asking.asked.act !== 'unlink' && !address) return rejected('rjct.fa.invalid', 'fa is missing')
  const change = await mapped(asking, request, payee, address?.value)
  return change === undefined
    ? { reference, status: 'succ', ...(id !== '' && { id }), ...(fa !== '' && { fa }) }
    : rejected('rjct.other.error', change)
}

/** `number:123456789@ma`, in any case. */
function namedBy(id: string, country: Country): Named | undefined {
  const [, by, value, provider] = /^(number|alias|token):([0-9a-f]{9,40})@([a-z0-9.-]+)$/.exec(id.toLowerCase()) ?? []
  return by !== undefined && value !== undefined && provider === country.code
    ? { by: by as Named['by'], value }
    : undefined
}

/** Who is named, lives and stands for no other file, as far as the service may see. */
async function payeeNamed({ tx, service, country, asked }: Asking, named: Named): Promise<Payee | undefined> {
  const person = await personNamed(tx, country.code, `partner:${service.name}`, named)
  const state = person && (await personAsOf(tx, person, FAR))
  const is = state && statusOf(state.absentSince, await besideStates(tx, person!, FAR)).is
  const payee =
    state && is !== 'deceased' && is !== 'merged'
      ? { person: person!, territory: state.territory, by: named.by }
      : undefined
  await appendAudit(tx, {
    action: asked.act === 'resolve' ? 'payee_account.read' : `payee_account.${asked.act}`,
    subject: payee ? { kind: 'person', id: payee.person } : { kind: 'service', id: service.id },
    ...(payee && { territory: payee.territory }),
    purpose: 'exchange: mapper of payee accounts',
    detail: { by: named.by, message: asked.messageId },
  })
  return payee
}

async function addressNow({ tx, today }: Asking, payee: Payee): Promise<FinancialAddress | undefined> {
  const accounts = await payeeAccountsOf(tx, [payee.person], today)
  return addressOfAccount(accounts.find(account => account.inForce))
}

/** Links, moves or unlinks; what stood against it otherwise. */
async function mapped(
  asking: Asking,
  request: MapperRequest,
  payee: Payee,
  address: FinancialAddress | undefined,
): Promise<string | undefined> {
  const { tx, service, asked, today } = asking
  if (asked.act === 'resolve') throw new Error('resolving changes nothing')
  const id = accountId(`${service.id} ${asked.messageId} ${request.reference}`)
  const history = await payeeAccountsOf(tx, [payee.person], today)
  // The same request said again, after others perhaps: it is not done a second time.
  if (history.some(account => account.id === id)) return undefined
  const now = addressOfAccount(history.find(account => account.inForce))
  const decided = decideMapping(asked.act, address, now)
  if (!decided.ok) return decided.refusal.code
  if (decided.value === 'already') return undefined
  const about = { id, payeeId: payee.person, territory: payee.territory, validFrom: today }
  const account: PayeeAccount =
    decided.value === 'close' ? { ...about, kind: 'closed', provider: null, number: '' } : { ...about, ...address! }
  const recorded = await recordPayeeAccounts(tx, [account])
  return recorded.ok ? undefined : recorded.refusal.code
}

/** An id of its own for each request, the same whenever it is said again (UUIDv8 of its hash). */
function accountId(text: string): PayeeAccountId {
  const hex = createHash('sha256').update(text).digest('hex')
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  return parseId<'payee-account'>(uuid)!
}

type Resolving = {
  readonly named: Named | undefined
  readonly payee: Payee | undefined
  readonly address: FinancialAddress | undefined
}

async function resolved(asking: Asking, request: MapperRequest, found: Resolving): Promise<MapperAnswer> {
  const { reference, id, fa, scope } = request
  const { named, payee, address } = found
  const answer = (code: string, now?: FinancialAddress): MapperAnswer => ({
    reference,
    status: 'succ',
    code,
    ...(id !== '' && { id }),
    ...(scope === 'details' && now ? detailsOf(asking, now) : fa !== '' && { fa }),
  })
  if (!named && !address) return { reference, status: 'rjct', code: 'rjct.id.invalid', says: 'id or fa is needed' }
  if (!named) return answer((await isKnown(asking, address!)) ? 'succ.fa.active' : 'succ.fa.not_found')
  if (!payee) return answer('succ.id.not_found')
  const now = await addressNow(asking, payee)
  if (!address) return answer(now ? 'succ.id.active' : 'succ.id.inactive', now)
  const isSame = now !== undefined && financialAddress(now) === financialAddress(address)
  return isSame ? answer('succ.fa.active', now) : answer('succ.fa.not_linked_to_id')
}

/** Whether somebody whom the service may see is paid there now: yes or no, never who. */
async function isKnown(asking: Asking, address: FinancialAddress): Promise<boolean> {
  if (address.number === '') return false
  const { tx, today } = asking
  const held = await accountsWithNumber(tx, address.number)
  const accounts = await payeeAccountsOf(tx, [...new Set(held.map(account => account.payeeId))], today)
  return accounts.some(account => {
    const now = account.inForce ? addressOfAccount(account) : undefined
    return now !== undefined && financialAddress(now) === financialAddress(address)
  })
}

function detailsOf({ providers }: Asking, now: FinancialAddress) {
  const provider = providers.find(one => one.code === now.provider)
  return {
    fa: financialAddress(now),
    ...(provider && { provider: { name: provider.name, code: provider.bic ?? provider.code } }),
  }
}

/** Codes that the specification has for an act; where it has none, the word says it. */
const CODES: Readonly<Record<MapperAct, RegExp>> = {
  link: /^rjct\.(id\.invalid|fa\.invalid|unknown\.retry|other\.error)$/,
  resolve: /^rjct\.(id\.invalid|fa\.invalid)$/,
  update: /^$/,
  unlink: /^$/,
}

const coded = (act: MapperAct, code: string, says: string | undefined) => ({
  ...(CODES[act].test(code) && { code }),
  says: says ?? code,
})
