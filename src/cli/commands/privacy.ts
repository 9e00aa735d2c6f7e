import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { languages, parseId } from '#kernel'
import { accessPage, accessText, collectAccessFile, registerOf, type Subject } from '#privacy'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { askedCountry, installationCountry, withDatabase } from '../installation.ts'
import { readOptions, required } from '../options.ts'
import { accessWords } from '../privacy/access-words.ts'
import { exportCommand } from '../privacy/export.ts'
import { registerText } from '../privacy/register-text.ts'
import { retainCommand } from '../privacy/retain.ts'
import { rotateKeys } from '../privacy/rotate-keys.ts'
import { actingAs } from '../staff.ts'

const shape = {
  country: 'text',
  household: 'text',
  person: 'text',
  as: 'text',
  out: 'text',
  json: 'flag',
  'as-of': 'text',
  'dry-run': 'flag',
  purpose: 'text',
  unit: 'text',
  month: 'text',
  facts: 'text',
  pack: 'text',
  k: 'text',
  why: 'text',
  proposal: 'text',
} as const
type Options = ReturnType<typeof readOptions<typeof shape>>['options']

export const command: Command = {
  summary: 'Personal data: the register of processing, files for the right of access, keys of sealed columns.',
  usage: [
    'privacy register [--country CODE] [--json]',
    'privacy retain [--as-of DATE] [--dry-run]',
    'privacy export --purpose NAME --month YYYY-MM --out FILE [--unit household|member] [--facts A,B] [--pack PACK] [--k N] [--as STAFF [--why TEXT | --proposal ID]]',
    'privacy rotate-keys',
    'privacy access (--household ID | --person ID) --out FOLDER [--as STAFF]',
  ],
  help: `
register prints what is held on persons, by category: why, by which law, who receives it, how long, in which columns.
--country    the country (SOCLE_COUNTRY unless said)
--json       as JSON, for another program

access writes everything held on a household or a person, read in one snapshot: access.json for a program,
and access-fr.html, access-ar.html and access-en.html to read and print.
--household  a household with all who belong or belonged to it, by id
--person     one person, by id: other members' facts stay out
--as         the member of staff who makes it, by id or name; without it the command itself does. Audited as an export
--out        a folder that does not exist yet, or is empty of such a file

retain anonymises what the register of processing no longer lets us keep: whole batches, each with its record in the audit; stopped,
it goes on when asked again. A category whose time the controller has not set is not touched. A worker does it every night.
--as-of      the day on which it is asked what has ended; today unless said
--dry-run    says how much would end, and changes nothing

export writes a CSV file for one purpose, and beside it FILE.json, which says what it holds. Ids become pseudonyms under a key of
that purpose alone: next month's file of the same purpose joins, another purpose's does not. No name, number or telephone leaves;
territories leave as provinces, births as bands of five years, amounts cut to two digits; groups too small to hide in are left out.
--purpose    whom it is for and why, as a name: research-2026
--why        proposes an export of more than 10,000 households made --as a member of staff: another approves it in the console
--proposal   carries out one that was approved, once
--month      facts in effect, and decisions of, this month
--unit       household (unless said) or member
--facts      of the catalogue, such as rooms,dwelling; for members also household.rooms
--pack       a programme whose outcome and amount go along, such as ma/asd
--k          the smallest group that leaves; 10 unless said, 5 at least

rotate-keys makes a new key for sealed columns (telephones, numbers of accounts), wraps the data keys under it and seals every
value again, in batches: stopped, it goes on when asked again. The key is in the file that SOCLE_COLUMN_KEY names, column-keys
of the data folder unless said; other machines need the new file. docs/operations.md says where keys belong.`,
  examples: [
    { call: 'npx socle privacy register', says: 'the register of processing of this installation' },
    { call: 'npx socle privacy register --country sn --json', says: 'that of Senegal, as JSON' },
    {
      call: 'npx socle privacy retain --as-of 2026-12-31 --dry-run',
      says: 'what would end on that day, category by category',
    },
    {
      call: 'npx socle privacy export --purpose research-2026 --month 2026-12 --facts dwelling,rooms --pack ma/asd --out research-2026-12.csv',
      says: 'households with their decisions, for one research project',
    },
    {
      call: 'npx socle privacy export --purpose research-2026 --unit member --month 2026-12 --facts sex,birth_date,schooling,household.area --out people.csv',
      says: 'persons for analysts, without what identifies',
    },
    { call: 'npx socle privacy rotate-keys', says: 'new keys for telephones and account numbers' },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, shape)
    const [verb, ...rest] = words
    if (rest.length > 0) throw new UsageError(`privacy ${verb} takes no ${rest.join(' ')}`)
    if (verb === 'register') return register(options, io)
    if (verb === 'access') return access(options, io)
    if (verb === 'retain') return retainCommand(options['as-of'], options['dry-run'], io)
    if (verb === 'export') return exportCommand(options, io)
    if (verb === 'rotate-keys') return rotateKeys(io)
    throw new UsageError(
      `privacy takes register, access, retain, export or rotate-keys${verb === undefined ? '' : `, not ${verb}`}`,
    )
  },
}

function register(options: Options, io: Io): ExitCode {
  const country = askedCountry(options)
  const rows = registerOf(country)
  const { law, sources } = country.personalData
  io.out(
    options.json
      ? `${JSON.stringify({ country: country.code, law, sources, register: rows }, null, 2)}\n`
      : registerText(country, rows),
  )
  return 0
}

async function access(options: Options, io: Io): Promise<ExitCode> {
  const subject = subjectOf(options)
  const out = required(options.out, 'out', 'file-of-the-household')
  const path = join(out, 'access.json')
  if (existsSync(path)) throw new UsageError(`${path} is there already; a file is not written over another`)
  const country = installationCountry()
  const made = await withDatabase(io, async ({ app, worker }) => {
    const acting = await actingAs(app, options.as, 'privacy access')
    return collectAccessFile({ app, worker }, { country, subject, by: acting('personal_data.read') })
  })
  if (!made.ok) {
    io.out(`There is no ${subject.kind} ${subject.id} here${options.as ? ` that ${options.as} may see` : ''}.\n`)
    return 1
  }
  mkdirSync(out, { recursive: true })
  writeFileSync(path, accessText(made.value), { flag: 'wx', mode: 0o600 })
  for (const language of languages) {
    const page = accessPage(made.value, country, accessWords(language))
    writeFileSync(join(out, `access-${language}.html`), page, { flag: 'wx', mode: 0o600 })
  }
  const rows = Object.values(made.value.tables).reduce((sum, table) => sum + table.length, 0)
  io.out(`${path}: ${rows} rows on ${subject.kind} ${subject.id}, as of ${made.value.asOf}\n`)
  return 0
}

function subjectOf({ household, person }: Options): Subject {
  if ((household === undefined) === (person === undefined)) throw new UsageError('give --household ID or --person ID')
  const kind = household === undefined ? 'person' : 'household'
  const said = (household ?? person)!
  const whole = kind === 'household' ? parseId<'Household'>(said) : undefined
  const one = kind === 'person' ? parseId<'Person'>(said) : undefined
  if (whole !== undefined) return { kind: 'household', id: whole }
  if (one !== undefined) return { kind: 'person', id: one }
  throw new UsageError(`--${kind} takes an id such as 0199a3c2-5b1e-7d2a-8c41-6f0f3a9b2e77, not ${said}`)
}
