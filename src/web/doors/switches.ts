import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { type DateText, err, type Language, monthOf, ok, parseDate, parseMonth, type Result, type Words } from '#kernel'
import { messageText } from '#messaging'
import {
  type Covered,
  decideSwitch,
  findSwitch,
  listSwitches,
  noticeOfMove,
  previewSwitch,
  proposeReversal,
  proposeSwitch,
  resumeSwitch,
  type SwitchAsked,
  type SwitchId,
  type SwitchPreview,
  type SwitchRow,
  stopSwitch,
} from '#programmes'
import {
  actorFor,
  decideAccess,
  findProposal,
  listProposals,
  namesOfActors,
  type Proposal,
  type ProposalId,
  proposalState,
  type StaffAccess,
} from '#security'
import type { StaffMember } from '../context.ts'
import type {
  NoticeText,
  SwitchDoor,
  SwitchPage,
  SwitchProposed,
  SwitchReach,
  SwitchRowShown,
  SwitchSaid,
  SwitchState,
} from '../switch-door.ts'
import { accessOf, readWith } from './reader.ts'
import { todayIn } from './today.ts'
import { wordsOf } from './words.ts'

const CHANGE = 'programme.change'
const SHOWN = 50

/** Moves for the pages: the list, one of them with what became of it, and the screen on which one is proposed. */
export function switchDoor(app: Database, country: Country): SwitchDoor {
  /** For who may change both programmes of a move in the whole country. */
  const overBoth = async <Refusal>(
    reader: StaffMember,
    id: SwitchId,
    work: (tx: Transaction) => Promise<Result<undefined, Refusal>>,
  ): Promise<Result<undefined, Refusal | { readonly code: 'not_granted' }>> => {
    const access = await accessOf(app, reader)
    return transaction(app, actorFor(access, CHANGE), async tx => {
      const row = await findSwitch(tx, id)
      const may = mayMove(access, row?.to ?? null) && mayMove(access, row?.fromPack ?? null)
      return may ? work(tx) : err({ code: 'not_granted' })
    })
  }
  return {
    async switches(reader) {
      const access = await accessOf(app, reader)
      if (!mayMove(access, null)) return undefined
      return readWith(app, access, CHANGE, async tx => {
        const rows = await listSwitches(tx, country.code, SHOWN)
        const waiting = waitingMoves(await listProposals(tx, CHANGE, SHOWN), access.at)
        return {
          rows: rows.map(row => rowOf(country, row)),
          waiting: waiting.map(({ id, says, byName, at }) => ({ id, says, byName, at: at.toISOString() })),
        }
      })
    },
    async switchOf(reader, id) {
      const access = await accessOf(app, reader)
      if (!mayMove(access, null)) return undefined
      return readWith(app, access, CHANGE, async tx => {
        const row = await findSwitch(tx, id)
        if (!row || row.country !== country.code) return undefined
        const proposal = await findProposal(tx, id as string as ProposalId)
        const waiting = waitingMoves(await listProposals(tx, CHANGE, SHOWN), access.at)
        const back = waiting.find(each => contentOf(each).reverses === id)
        const names = await namesOfActors(tx, row.stopped ? [row.stopped.by] : [])
        return pageOf(country, row, { proposal, back, names, today: await todayIn(tx, country) })
      })
    },
    async switchForm(reader) {
      const access = await accessOf(app, reader)
      if (!mayMove(access, null)) return undefined
      const today = await readWith(app, access, CHANGE, tx => todayIn(tx, country))
      return {
        programmes: [...country.programmes.keys()].map(pack => ({ pack, name: nameOf(country, pack) })),
        facts: [...country.catalogue.household]
          .filter(([, { type }]) => type === 'date')
          .map(([fact, { label }]) => ({ fact, name: label })),
        month: monthOf(today),
        today,
      }
    },
    async previewSwitch(reader, said) {
      const found = await askedBy(app, reader, said)
      if (!found.ok) return found
      const { access, asked } = found.value
      return transaction(app, actorFor(access, CHANGE), async tx => {
        const possible = decideSwitch(country, asked, 1, await todayIn(tx, country))
        if (!possible.ok && possible.refusal.code !== 'nobody_to_move') return err(possible.refusal)
        return ok(reachOf(country, asked, await previewSwitch(tx, country, asked)))
      })
    },
    async proposeSwitch(reader, said) {
      const found = await askedBy(app, reader, said)
      if (!found.ok) return found
      const { access, asked } = found.value
      const done = await transaction(app, actorFor(access, CHANGE), async tx =>
        proposeSwitch(tx, country, asked, await todayIn(tx, country)),
      )
      return done.ok ? ok(undefined) : done
    },
    proposeSwitchBack: (reader, { id, reverses, says }) =>
      overBoth(reader, reverses, async tx =>
        proposeReversal(tx, country, { id: id as ProposalId, reverses, says }, await todayIn(tx, country)),
      ),
    stopSwitch: (reader, asked) => overBoth(reader, asked.id, tx => stopSwitch(tx, country, asked)),
    resumeSwitch: (reader, id) => overBoth(reader, id, tx => resumeSwitch(tx, country, id)),
  }
}

function mayMove({ grants, at }: StaffAccess, programme: string | null): boolean {
  return decideAccess(grants, CHANGE, { territory: '', programme, sensitivity: 'ordinary' }, at).ok
}

/** What was typed, for who may change both programmes in the whole country. */
async function askedBy(app: Database, reader: StaffMember, said: SwitchSaid) {
  const access = await accessOf(app, reader)
  const from = coveredSaid(said)
  if (!mayMove(access, null)) return err({ code: 'not_granted' as const })
  if (!from.ok) return from
  const packs = [said.to, ...('pack' in from.value ? [from.value.pack] : [])]
  if (!packs.every(pack => mayMove(access, pack))) return err({ code: 'not_granted' as const })
  const [month, windowUntil] = [parseMonth(said.month), parseDate(said.until)]
  if (month === undefined) return err({ code: 'month_malformed' as const })
  if (windowUntil === undefined) return err({ code: 'day_malformed' as const })
  const { id, to, tells, says } = said
  const asked: SwitchAsked = { id: id as ProposalId, from: from.value, to, month, windowUntil, tells, says }
  return ok({ access, asked })
}

function coveredSaid({ from, on }: SwitchSaid) {
  const [kind, name] = [from.slice(0, 5), from.slice(5)]
  if (kind === 'pack:') return ok<Covered>({ pack: name })
  if (kind !== 'fact:') return err({ code: 'from_unknown' as const })
  const day = parseDate(on)
  return day === undefined ? err({ code: 'day_malformed' as const }) : ok<Covered>({ fact: name, on: day })
}

const nameOf = (country: Country, pack: string): Words => country.book.packs.get(pack)?.names ?? wordsOf(pack)
const fromName = (country: Country, from: Covered): Words =>
  'pack' in from
    ? nameOf(country, from.pack)
    : (country.catalogue.household.get(from.fact)?.label ?? wordsOf(from.fact))

type Content = Pick<SwitchAsked, 'from' | 'to' | 'month' | 'windowUntil' | 'tells'> & {
  readonly households: number
  readonly reverses: SwitchId | null
}
const contentOf = ({ content }: Proposal) => JSON.parse(content) as Content

const waitingMoves = (proposals: readonly Proposal[], at: Date) =>
  proposals.filter(each => each.kind === 'programme_switch' && proposalState(each, at) === 'waiting')

/** Whom it moves goes from one programme to the other; a move that takes one back goes the other way. */
function waysOf(country: Country, from: Covered, to: string, isReversal: boolean) {
  const [left, entered] = [fromName(country, from), nameOf(country, to)]
  return isReversal ? { from: entered, to: left } : { from: left, to: entered }
}

function coveredBy({ fromPack, holdersOf, holdersOn }: SwitchRow): Covered {
  return fromPack === null ? { fact: holdersOf!, on: holdersOn! } : { pack: fromPack }
}

function rowOf(country: Country, row: SwitchRow): SwitchRowShown {
  const { id, to, month, reverses, households, approvedAt } = row
  return {
    id,
    ...waysOf(country, coveredBy(row), to, reverses !== null),
    month,
    state: stateOf(row),
    isReversal: reverses !== null,
    households,
    approvedAt: approvedAt.toISOString(),
  }
}

function stateOf({ finishedAt, ranges, reversedBy, stopped }: SwitchRow): SwitchState {
  if (reversedBy !== null) return 'taken_back'
  if (finishedAt !== null) return 'done'
  if (stopped) return 'stopped'
  return ranges === 0 ? 'approved' : 'under_way'
}

type Beside = {
  readonly proposal: Proposal | undefined
  readonly back: Proposal | undefined
  readonly names: ReadonlyMap<string, string>
  readonly today: DateText
}

function pageOf(country: Country, row: SwitchRow, { proposal, back, names, today }: Beside): SwitchPage {
  const { holdersOn, says, finishedAt, stopped, told, rangesDone, ranges, counts, reverses, reversedBy } = row
  return {
    ...rowOf(country, row),
    heldOn: holdersOn,
    says,
    proposedBy: proposal?.byName ?? null,
    approvedBy: proposal?.steps.find(({ step }) => step === 'approved')?.byName ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
    stopped: stopped && {
      at: new Date(stopped.at).toISOString(),
      by: names.get(stopped.by) ?? stopped.by,
      says: stopped.says,
    },
    tells: tellsAnybody(row),
    notice: noticeIn(country, enteredBy(row)),
    told,
    rangesDone,
    ranges,
    counts,
    reverses,
    reversedBy,
    windowUntil: row.windowUntil,
    isWindowOpen: today <= row.windowUntil,
    reversalWaits: back?.id ?? null,
  }
}

/** Taken back, who was moved by a fact goes back to no programme: there is nothing to tell. */
const tellsAnybody = ({ tells, reverses, fromPack }: SwitchRow) => tells && (reverses === null || fromPack !== null)
const enteredBy = ({ to, fromPack, reverses }: SwitchRow) => (reverses === null ? to : (fromPack ?? to))

function noticeIn(country: Country, pack: string, language?: Language): NoticeText {
  const { kind, values, language: spoken } = noticeOfMove(country, pack, language)
  return { language: spoken, text: messageText(kind, spoken, values) }
}

function reachOf(country: Country, asked: SwitchAsked, preview: SwitchPreview): SwitchReach {
  const { covered, movable, cannot, regions } = preview
  return {
    covered,
    movable,
    cannot: (['already_in', 'not_cumulable', 'no_place'] as const).map(reason => ({
      reason,
      households: cannot[reason],
    })),
    regions: regions.map(({ territory, households }) => ({
      name: country.territories.find(territory)?.name ?? wordsOf(territory),
      households,
    })),
    notice: asked.tells ? country.languages.map(language => noticeIn(country, asked.to, language)) : [],
  }
}

/** What a proposal of a move says, in words. */
export function switchProposed(country: Country, content: string): SwitchProposed {
  const { from, to, month, windowUntil, tells, households, reverses } = JSON.parse(content) as Content
  const entered = reverses !== null && 'pack' in from ? from.pack : to
  return {
    ...waysOf(country, from, to, reverses !== null),
    heldOn: 'on' in from ? from.on : null,
    month,
    windowUntil,
    households,
    tells: tells && (reverses === null || 'pack' in from),
    notice: noticeIn(country, entered),
    reverses,
  }
}
