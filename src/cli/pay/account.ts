import { readFileSync } from 'node:fs'
import type { Country } from '#countries'
import { type Databases, type Transaction, transaction } from '#db'
import { type DateText, type Id, newId, parseId } from '#kernel'
import {
  type AccountLine,
  accountHistory,
  type SaidAccountRefusal,
  type SeenAccountRefusal,
  sayAccount,
  seeAccount,
  verificationMeans,
} from '#payments'
import { type PersonState, personsIdentified, statesOf } from '#population'
import { appendAudit } from '#security'
import { type Io, UsageError } from '../command.ts'
import type { Acting } from '../staff.ts'

export type AccountAsked = {
  readonly country: Country
  /** The day it is in the country. */
  readonly today: DateText
  readonly coolingDays: number
}

const PURPOSE = 'payment: accounts of a payee'

/** `socle pay account PERSON`: where somebody is paid, each number by its last four characters. */
export async function payAccount(
  { app }: Databases,
  acting: Acting,
  person: string,
  { country, today, coolingDays }: AccountAsked,
  io: Io,
): Promise<void> {
  const accounts = await transaction(app, acting('payment.read', 'somewhere'), async tx => {
    const state = await standing(tx, country, person)
    await appendAudit(tx, {
      action: 'payee_account.read',
      subject: { kind: 'person', id: state.id },
      territory: state.territory,
      purpose: PURPOSE,
      detail: {},
    })
    return accountHistory(tx, state.id, { day: today, coolingDays })
  })
  if (accounts.length === 0) io.out('No account is recorded: nothing can be paid to this person.\n')
  for (const account of accounts) io.out(`${accountText(account)}\n`)
}

export type AccountSaid = {
  readonly provider: string
  /** As typed, or the file that holds it: what stands on a command line may be read by others of the machine. */
  readonly number: string | undefined
  readonly numberFile: string | undefined
  readonly from: DateText | undefined
}

/** `socle pay account record PERSON --provider CODE`: where somebody is paid from a day on. */
export async function payAccountRecord(
  { app }: Databases,
  acting: Acting,
  person: string,
  asked: AccountAsked & AccountSaid,
  io: Io,
): Promise<void> {
  const { country, today, coolingDays, provider } = asked
  const number = asked.numberFile === undefined ? (asked.number ?? '') : contentOf(asked.numberFile)
  const said = { id: newId<'payee-account'>(), provider, number: number.slice(0, 60), from: asked.from ?? today }
  const lines = await transaction(app, acting('payee_account.write', 'somewhere'), async tx => {
    const state = await standing(tx, country, person)
    const recorded = await sayAccount(tx, state, said, today)
    if (!recorded.ok) throw new UsageError(recordingText(recorded.refusal, provider))
    return accountHistory(tx, state.id, { day: today, coolingDays })
  })
  io.out(`${accountText(lines.find(line => line.id === said.id)!)}\n`)
  io.out("Next: somebody else sees that it is this person's: socle pay account verify PERSON ACCOUNT --means …\n")
}

/** `socle pay account verify PERSON ACCOUNT --means M`: a second person saw that the account is this person's. */
export async function payAccountVerify(
  { app }: Databases,
  acting: Acting,
  { person, account, means }: { readonly person: string; readonly account: string; readonly means: string },
  { country, today }: AccountAsked,
  io: Io,
): Promise<void> {
  await transaction(app, acting('payee_account.verify', 'somewhere'), async tx => {
    const state = await standing(tx, country, person)
    const seen = await seeAccount(tx, state, { account, means }, today)
    if (!seen.ok) throw new UsageError(seeingText(seen.refusal, account))
  })
  io.out(`Account ${account} was seen to be this person's.\n`)
}

/** Who is named by an id or a unique number, among those whom the actor sees. */
async function standing(tx: Transaction, country: Country, person: string): Promise<PersonState> {
  const id = parseId<'Person'>(person)
  const named: readonly Id<'Person'>[] = id === undefined ? await personsIdentified(tx, country.code, person) : [id]
  const [only, ...others] = named
  if (others.length > 0) throw new UsageError('several persons have this number; give an id')
  const [state] = only === undefined ? [] : await statesOf(tx, only)
  if (!state || state.country !== country.code || state.supersededAt !== null) {
    throw new UsageError('there is no such person among those whom who acts may see; give an id or a unique number')
  }
  return state
}

function accountText({ id, kind, provider, numberEnd, validFrom, inForce, verified, coolsUntil }: AccountLine): string {
  const number = numberEnd === null ? '' : ` …${numberEnd}`
  const parts = [
    id,
    `${kind}${provider === null ? '' : ` ${provider}`}${number}`,
    `from ${validFrom}`,
    inForce ? 'in force' : '',
    verified ? `seen by ${verified.byName} (${verified.means})` : '',
    coolsUntil ? `runs use it from ${coolsUntil}` : '',
  ]
  return parts.filter(part => part !== '').join('  ')
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw new UsageError(`--number-file cannot be read: ${(error as Error).message}`)
  }
}

/** Never says the number: a refusal is read by others too. */
function recordingText(refusal: SaidAccountRefusal, provider: string): string {
  switch (refusal.code) {
    case 'provider_unknown':
      return `there is no payment provider ${provider}; "closed" says that nothing is sent any more`
    case 'not_an_account_number':
      return `the number is none of ${provider}; accepted: ${refusal.accepted}`
    case 'wrong_length':
      return `an account number of ${refusal.country} has ${refusal.expected} signs, this one ${refusal.length}`
    case 'rib_key_wrong':
      return 'the two last digits do not fit the others: a digit was mistyped'
    case 'iban_check_wrong':
      return 'the two digits after the country do not fit the others: a sign was mistyped'
    case 'number_not_needed':
      return refusal.kind === 'cash' ? 'cash has no account number' : 'what is closed has no account number'
    case 'day_malformed':
      return '--from takes a day such as 2026-12-28'
    case 'day_past':
      return '--from takes today or a day to come: what was paid before stays as it was'
    case 'day_too_far':
      return '--from takes a day within a year'
    case 'nothing_changes':
      return 'this is the account in force on that day: nothing was recorded'
  }
}

function seeingText(refusal: SeenAccountRefusal, account: string): string {
  switch (refusal.code) {
    case 'means_unknown':
      return `--means takes ${verificationMeans.join(', ')}`
    case 'account_unknown':
      return `this person has no account ${account}; socle pay account PERSON shows those there are`
    case 'nothing_to_verify':
      return refusal.kind === 'cash' ? 'cash has no account to verify' : 'what is closed is not verified'
    case 'account_is_own':
      return 'who recorded an account does not verify it: --as must name somebody else'
    case 'verifier_not_staff':
      return 'an account is verified by a member of staff: say who with --as'
  }
}
