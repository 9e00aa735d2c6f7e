import type { Databases } from '#db'
import { type DateText, parseDate, parseMonth } from '#kernel'
import { needsSecondFactor, type Permission } from '#security'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { installationConfig, installationCountry, withDatabase } from '../installation.ts'
import { readOptions, required } from '../options.ts'
import { payAccount, payAccountRecord, payAccountVerify } from '../pay/account.ts'
import { payAnswers, payClose, payExceptions } from '../pay/answers.ts'
import { payBudget } from '../pay/budget.ts'
import { payFee } from '../pay/fee.ts'
import { payLimit } from '../pay/limit.ts'
import { payReport } from '../pay/report.ts'
import { payDecide, payReason, payWaiting } from '../pay/returns.ts'
import { payApprove, payCancel, payFile, payList, payPrepare, payProviderFile, paySent, payShow } from '../pay/run.ts'
import { payWay } from '../pay/way.ts'
import { payingProgramme } from '../programme.ts'
import { readProviders } from '../providers.ts'
import { askSecondFactor } from '../second-factor.ts'
import { sessionSecret } from '../secret.ts'
import { type Acting, actingAs } from '../staff.ts'

const shape = {
  programme: 'text',
  month: 'text',
  'budget-line': 'text',
  as: 'text',
  out: 'text',
  version: 'text',
  on: 'text',
  why: 'text',
  amount: 'text',
  currency: 'text',
  funder: 'text',
  label: 'text',
  provider: 'text',
  all: 'flag',
  from: 'text',
  to: 'text',
  'code-file': 'text',
  fixed: 'text',
  share: 'text',
  per: 'text',
  rounding: 'text',
  source: 'text',
  number: 'text',
  'number-file': 'text',
  means: 'text',
} as const
type Options = ReturnType<typeof readOptions<typeof shape>>['options']

export const command: Command = {
  summary: 'Pays what is owed: budget lines, payment runs, approval, payment files.',
  usage: [
    'pay budget [CODE] [--as STAFF]',
    'pay budget open CODE --amount A --funder F --label L [--currency C] [--as STAFF]',
    'pay budget add CODE --amount A [--why TEXT] [--as STAFF]',
    'pay prepare --programme PACK --month YYYY-MM --budget-line CODE [--as STAFF]',
    'pay approve RUN --as STAFF',
    'pay limit [--as STAFF]',
    'pay limit ROLE --amount A [--currency C] [--from YYYY-MM-DD] --as STAFF',
    'pay limit agree LIMIT --as STAFF',
    'pay way [--as STAFF]',
    'pay way NETWORK own_till|counter --as STAFF',
    'pay way agree WAY --as STAFF',
    'pay way withdraw WAY --as STAFF',
    'pay file RUN --out FILE [--version 03|12] [--on YYYY-MM-DD]',
    'pay file RUN --provider CODE --out FILE',
    'pay sent RUN [--as STAFF]',
    'pay cancel RUN --why TEXT [--as STAFF]',
    'pay show RUN [--as STAFF]',
    'pay list [--as STAFF]',
    'pay answers FILE --provider CODE [--as STAFF]',
    'pay exceptions [--all] [--as STAFF]',
    'pay close EXCEPTION --why TEXT --as STAFF',
    'pay account PERSON --as STAFF',
    'pay account record PERSON --provider CODE|closed [--number N | --number-file FILE] [--from YYYY-MM-DD] --as STAFF',
    'pay account verify PERSON ACCOUNT --means holder_paper|provider_answer|payee_call --as STAFF',
    'pay waiting [--as STAFF]',
    'pay report [--from YYYY-MM-DD] [--to YYYY-MM-DD] [--as STAFF]',
    'pay fee [PROVIDER --source TEXT [--fixed A] [--share P] [--per paid|sent] [--rounding R] [--from YYYY-MM-DD]] [--as STAFF]',
    'pay decide ENTITLEMENT pay|stop --why TEXT --as STAFF',
    'pay reason PROVIDER CODE ISO [--as STAFF]',
  ],
  help: `
budget lines
--amount       an envelope, or what is added to it: 29000000.00
--funder       who gives it
--label        what it is for
--currency     MAD (unless said), XOF, EUR…
--why          why it is added, or why a run is cancelled

runs
--programme    a pack that pays, such as ma/asd
--month        the month owed, such as 2026-12
--budget-line  the code of the line that pays
--as           the member of staff who acts, by id or name; without it the command itself acts, which cannot approve.
               The role of who is named must permit it, over the whole country (socle staff roles)
--code-file    a file with a code of the authenticator of who acts, where the account has one and nobody sits at the terminal
               to type it: asked before money may move (approve, sent, answers, close, decide, reason, budget open and add)
--out          the file to write (pain.001)
--version      of pain.001.001: 03 (unless said) or 12
--on           the day on which providers are asked to pay; today unless said
--provider     with file: what one provider is ordered, in its own form (SOCLE_PROVIDERS); the run's own file is made first. Who is
               named in SOCLE_PROVIDERS is not in the run's own file. A provider with an interface takes no file: its batches
               leave by themselves once the run is recorded as sent, which needs every file to be written

limit says up to which sum a role approves runs, from a day (--from, today unless said); it holds once somebody else who gives
roles agreed. Of several roles the highest limit counts, and roles without one add nothing to those that have one.
way says how a network of cash pays: by its own till from the orders that it is given (own_till, which holds where nobody said
otherwise), or at our counter (counter: nothing is ordered of it, agents of ours hand the money over). It holds once somebody
else agreed, for runs whose file is made after that and for which no window was announced.
A run is prepared by one and approved by another. Preparing takes each entitlement once, whoever prepares and however often.
A run that has a file is no longer cancelled, and its file can be written again: the same bytes.

answers
--provider     whose answers the file holds: pain.002, camt.053 or camt.054 from version 02 on, or CSV by its mapping, up to 1 GB: it is read as it comes. The same file again changes nothing
--all          also the exceptions that were closed
What is not as expected (unknown, duplicate, wrong amount, reversed, late, ambiguous) waits on a work list until somebody closes
it, saying with --why what was done.

accounts of payees
PERSON         an id or a unique number, of a territory where who acts may read payments (and write or verify accounts)
--provider     who carries the money; its kind says which number is asked: a RIB or an IBAN, a telephone, none for cash.
               closed: from that day nothing is sent
--number       the number; --number-file FILE keeps it from those who can see the processes of this machine. It is stored
               sealed and never said again: accounts are shown by their last four characters
--from         first day on which it is used; today unless said. Who is paid is told, and a run waits for the cooling time
--means        by what a second person saw that the account is the payee's

who waits
What came back is tried again by itself where its carrier could not (SOCLE_PAY_RETRIES times), once the payee has another account
where the account was wrong, and otherwise when somebody decides so. A payee who died, another file of one person, a shared or
newly changed account (SOCLE_PAY_COOLING_DAYS), and an amount far above what was paid before (SOCLE_PAY_AMOUNT_TIMES) wait too.
report says what each provider was sent between two days (of this year unless said), what it paid and returned, what it
took for that, and how many days it needed. fee says what a provider asks by its contract (--source): an amount for each payment
(--fixed), per cent of it (--share, rounded half_up unless said, or up or down), for payments that reached the payee or for all
(--per sent), from a day of execution on. waiting says who waits and why, decide lets one be paid or stops it, reason says what a provider's own code means in ISO 20022.`,
  examples: [
    {
      call: 'npx socle pay budget open ASD-2026 --amount 29000000000.00 --funder "Budget general" --label "Direct social assistance"',
      says: 'opens a budget line with its envelope',
    },
    {
      call: 'npx socle pay prepare --programme ma/asd --month 2026-12 --budget-line ASD-2026 --as "Amina Finance"',
      says: 'drafts the run of December and says its reference',
    },
    { call: 'npx socle pay approve 7K3F9Q2M4A --as "Driss Contrôle"', says: 'approves it: the amount is committed' },
    { call: 'npx socle pay file 7K3F9Q2M4A --out asd-2026-12.xml', says: 'writes the payment file' },
    {
      call: 'npx socle pay answers camt053.xml --provider tresor',
      says: 'confirms and returns what a provider answers',
    },
    { call: 'npx socle pay show 7K3F9Q2M4A', says: 'totals by provider, who waits and why, what happened when' },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, shape)
    const [verb, ...rest] = words
    const work = verbs[verb ?? 'list']
    if (!work) throw new UsageError(`pay takes ${Object.keys(verbs).join(', ')}, not ${verb}`)
    const carryOut = work(rest, options)
    return withDatabase<ExitCode>(io, async databases => {
      await carryOut(databases, io)
      return 0
    })
  },
}

/** Reads the call first, so that a mistake in it is said before a database is opened; then answers what to do with one. */
type Verb = (words: readonly string[], options: Options) => (databases: Databases, io: Io) => Promise<void>

const verbs: Readonly<Record<string, Verb>> = {
  budget: (words, options) => async (databases, io) =>
    payBudget(
      databases,
      await actor(databases, options, io, opensMoney(words) ? 'budget.write' : undefined),
      words,
      options,
      io,
    ),
  prepare: (_, options) => {
    const programme = payingProgramme(required(options.programme, 'programme', 'ma/asd'))
    const text = required(options.month, 'month', '2026-12')
    const month = parseMonth(text)
    if (month === undefined) throw new UsageError(`--month takes a month such as 2026-12, not ${text}`)
    const budgetLine = required(options['budget-line'], 'budget-line', 'ASD-2026')
    return async (databases, io) =>
      payPrepare(
        databases,
        await actor(databases, options, io),
        { programme, month, budgetLine, today: today(), terms: installationConfig().payments },
        io,
      )
  },
  approve: (words, options) => {
    const run = runIn(words, 'approve')
    required(options.as, 'as', '"Driss Contrôle"')
    return async (databases, io) =>
      payApprove(databases, await actor(databases, options, io, 'payment_run.approve'), run, io)
  },
  limit: (words, options) => {
    if (words.length > 0) required(options.as, 'as', '"Fatima Direction"')
    const from = dayOf(options.from, 'from') ?? today()
    const { amount, currency } = options
    return async (databases, io) => {
      const acting = await actor(databases, options, io, words.length > 0 ? 'staff.grant' : undefined)
      await payLimit(databases, acting, words, { amount, currency, from }, io)
    }
  },
  way: (words, options) => {
    if (words.length > 0) required(options.as, 'as', '"Fatima Direction"')
    return async (databases, io) =>
      payWay(databases, await actor(databases, options, io, words.length > 0 ? 'budget.write' : undefined), words, io)
  },
  file: (words, options) => {
    const run = runIn(words, 'file')
    const out = required(options.out, 'out', 'payments.xml')
    const version = options.version ?? '03'
    if (version !== '03' && version !== '12') throw new UsageError(`--version takes 03 or 12, not ${version}`)
    const on = options.on === undefined ? today() : parseDate(options.on)
    if (on === undefined) throw new UsageError(`--on takes a day such as 2026-12-28, not ${options.on}`)
    const createdAt = `${new Date().toISOString().slice(0, 19)}Z`
    const { provider } = options
    const ports = readProviders(installationConfig().providers)
    if (provider !== undefined) {
      return async (databases, io) =>
        payProviderFile(databases, await actor(databases, options, io), { run, out, provider, ports }, io)
    }
    return async (databases, io) =>
      payFile(databases, await actor(databases, options, io), { run, out, version, createdAt, on, ports }, io)
  },
  sent: (words, options) => {
    const run = runIn(words, 'sent')
    return async (databases, io) => paySent(databases, await actor(databases, options, io, 'payment_run.send'), run, io)
  },
  cancel: (words, options) => {
    const run = runIn(words, 'cancel')
    const why = required(options.why, 'why', '"wrong month"')
    return async (databases, io) => payCancel(databases, await actor(databases, options, io), run, why, io)
  },
  show: (words, options) => {
    const run = runIn(words, 'show')
    return async (databases, io) => payShow(databases, await actor(databases, options, io), run, io)
  },
  answers: (words, options) => {
    const [file] = words
    if (file === undefined) throw new UsageError('pay answers takes the file of a provider')
    const provider = required(options.provider, 'provider', 'tresor')
    const ports = readProviders(installationConfig().providers)
    return async (databases, io) =>
      payAnswers(databases, await actor(databases, options, io, 'payment_run.send'), { file, provider, ports }, io)
  },
  exceptions: (_, options) => async (databases, io) =>
    payExceptions(databases, await actor(databases, options, io), options.all, io),
  close: (words, options) => {
    const [exception] = words
    if (exception === undefined) throw new UsageError('pay close takes an exception; socle pay exceptions shows them')
    const why = required(options.why, 'why', '"sent back to the bank on 3 January"')
    required(options.as, 'as', '"Amina Finance"')
    return async (databases, io) =>
      payClose(databases, await actor(databases, options, io, 'payment_run.send'), { exception, why }, io)
  },
  report: (_, options) => {
    const to = dayOf(options.to, 'to') ?? today()
    const from = dayOf(options.from, 'from') ?? (`${to.slice(0, 4)}-01-01` as DateText)
    return async (databases, io) => payReport(databases, await actor(databases, options, io), { from, to }, io)
  },
  fee: ([provider], options) => {
    const from = dayOf(options.from, 'from') ?? today()
    if (provider !== undefined) required(options.as, 'as', '"Amina Finance"')
    return async (databases, io) => {
      const acting = await actor(databases, options, io, provider === undefined ? undefined : 'budget.write')
      await payFee(databases, acting, provider, { ...options, from }, io)
    }
  },
  account: (words, options) => {
    required(options.as, 'as', '"Amina Finance"')
    const [verb, ...rest] = words[0] === 'record' || words[0] === 'verify' ? words : ['show', ...words]
    const [person, account] = rest
    if (person === undefined) throw new UsageError('pay account takes a person: an id or a unique number')
    const asked = () => {
      const country = installationCountry()
      const { coolingDays } = installationConfig().payments
      return { country, today: Temporal.Now.plainDateISO(country.timeZone).toString() as DateText, coolingDays }
    }
    if (verb === 'record') {
      const provider = required(options.provider, 'provider', 'tresor')
      const said = { provider, number: options.number, numberFile: options['number-file'] }
      const from = dayOf(options.from, 'from')
      return async (databases, io) =>
        payAccountRecord(databases, await actor(databases, options, io), person, { ...asked(), ...said, from }, io)
    }
    if (verb === 'verify') {
      if (account === undefined) throw new UsageError('pay account verify takes a person, then one of its accounts')
      const means = required(options.means, 'means', 'holder_paper')
      return async (databases, io) =>
        payAccountVerify(databases, await actor(databases, options, io), { person, account, means }, asked(), io)
    }
    return async (databases, io) => payAccount(databases, await actor(databases, options, io), person, asked(), io)
  },
  waiting: (_, options) => async (databases, io) => payWaiting(databases, await actor(databases, options, io), io),
  decide: (words, options) => {
    const [entitlement, decision] = words
    if (entitlement === undefined || (decision !== 'pay' && decision !== 'stop')) {
      throw new UsageError('pay decide takes an entitlement of socle pay waiting, then pay or stop')
    }
    const reason = required(options.why, 'why', '"the bank confirms the new holder"')
    required(options.as, 'as', '"Amina Finance"')
    return async (databases, io) =>
      payDecide(
        databases,
        await actor(databases, options, io, 'payment_run.send'),
        { entitlement, decision, reason },
        io,
      )
  },
  reason: (words, options) => {
    const [provider, code, iso] = words
    if (provider === undefined || code === undefined || iso === undefined) {
      throw new UsageError('pay reason takes a provider, its code, and the code of ISO 20022 that says the same')
    }
    return async (databases, io) =>
      payReason(databases, await actor(databases, options, io, 'payment_run.send'), { provider, code, iso }, io)
  },
  list: (_, options) => async (databases, io) => payList(databases, await actor(databases, options, io), io),
}

/** Who acts. Where money may move and the account has a second factor, its code is asked first, as the console does. */
async function actor({ app }: Databases, options: Options, io: Io, moves?: Permission): Promise<Acting> {
  const acting = await actingAs(app, options.as, 'socle pay')
  if (moves === undefined || !needsSecondFactor(moves) || options.as === undefined) return acting
  const by = acting(moves, 'somewhere')
  if (by.kind !== 'staff') return acting
  const { secret, database } = installationConfig()
  await askSecondFactor(app, sessionSecret(secret, database.data), by, { file: options['code-file'], io })
  return acting
}

function dayOf(text: string | undefined, option: string): DateText | undefined {
  const day = text === undefined ? undefined : parseDate(text)
  if (text !== undefined && day === undefined)
    throw new UsageError(`--${option} takes a day such as 2026-12-28, not ${text}`)
  return day
}

const opensMoney = ([verb]: readonly string[]) => verb === 'open' || verb === 'add'

function runIn(words: readonly string[], verb: string): string {
  const [run] = words
  if (run === undefined) throw new UsageError(`pay ${verb} takes a run; socle pay list shows those there are`)
  return run
}

function today(): DateText {
  return Temporal.Now.plainDateISO().toString() as DateText
}
