import type { Country } from '#countries'
import type { Database, Transaction } from '#db'
import { type MergeHousehold, type MergeSituation, mergeSituation } from '#households'
import type { Id } from '#kernel'
import { instructionsOfPayees } from '#payments'
import {
  type DocumentRow,
  decisionsOnPair,
  documentsOf,
  type PairEvidence,
  pairEvidence,
  type RegisteredPerson,
  sharedTerritory,
  standingFor,
  statesOf,
} from '#population'
import { determinationsOf } from '#programmes'
import { decideAccess, listProposals, proposalState, type StaffAccess } from '#security'
import type { DecisionRow } from '../context.ts'
import type { DuplicateFile, DuplicateSide, PairHousehold, PairPayment } from '../duplicate-door.ts'
import type { PersonFile } from '../person-file.ts'
import { amountOf } from './amount.ts'
import { comparedRows, documentLines, evidenceLines, notesOn } from './compared.ts'
import { decisionRow, latestOfEach, mayIn } from './household.ts'
import { readPerson } from './person.ts'
import { readWith } from './reader.ts'
import { wordsOf } from './words.ts'

type Person = Id<'Person'>
const PROPOSALS_READ = 500
const PAYMENTS_SHOWN = 3
const PERMISSION = 'duplicate.settle'

/** Two files side by side, with what speaks for and against one person; a reading of both. */
export async function readDuplicate(
  app: Database,
  country: Country,
  access: StaffAccess,
  first: Person,
  second: Person,
): Promise<DuplicateFile | undefined> {
  if (first === second) return undefined
  const [one, other] = [first, second].sort() as [Person, Person]
  const read = await readWith(app, access, PERMISSION, tx => readPair(tx, country, one, other, access.at))
  if (!read || !maySettle(access, read.territories)) return undefined
  const files: PersonFile[] = []
  for (const id of [one, other]) {
    const file = await readPerson(app, country, access, id, undefined, 'data_quality: duplicates')
    if (!file || file === 'not_yet_known') return undefined
    files.push(file)
  }
  const { situation, evidence, documents, history, states, kept } = read
  const last = history[0]?.decision
  const [a, b] = files as [PersonFile, PersonFile]
  const rows = comparedRows(a, b, evidence)
  const side = async (file: PersonFile, at: 0 | 1): Promise<DuplicateSide> => ({
    id: file.id,
    name: file.name,
    number: file.number,
    modelled: file.modelled,
    territory: file.territory,
    status: file.status.is,
    documents: file.documents,
    households: situation.households.filter(({ person }) => person === file.id).map(each => householdOf(country, each)),
    ...(await decidedAndPaid(app, country, access, file.id, situation, read.territories[at]!)),
    recordedAt: states[at]!.first,
    states: states[at]!.count,
  })
  return {
    sides: [await side(a, 0), await side(b, 1)],
    rows,
    permille: evidence.probability === undefined ? undefined : Math.floor(evidence.probability * 1000),
    evidence: [...documentLines(documents[0]!, documents[1]!), ...evidenceLines(evidence)],
    notes: notesOn(evidence, rows, situation),
    takesTwo: situation.takesTwo,
    seen: situation.seen,
    kept,
    standing: last === 'undo' ? undefined : last,
    history: history.map(({ decision, reason, by, at }) => ({ decision, reason, by, at: at.toISOString() })),
    proposed: read.proposed && {
      id: read.proposed.id,
      by: read.proposed.byName,
      own: read.proposed.by === `staff:${access.staffId}`,
    },
  }
}

type Pair = {
  readonly situation: MergeSituation
  readonly evidence: PairEvidence
  readonly territories: readonly RegisteredPerson['territory'][]
  readonly documents: readonly (readonly DocumentRow[])[]
  readonly states: readonly { readonly first: string; readonly count: number }[]
  readonly history: Awaited<ReturnType<typeof decisionsOnPair>>
  readonly kept: string | undefined
  readonly proposed: { readonly id: string; readonly by: string; readonly byName: string } | undefined
}

async function readPair(
  tx: Transaction,
  country: Country,
  one: Person,
  other: Person,
  at: Date,
): Promise<Pair | undefined> {
  const situation = await mergeSituation(tx, one, other)
  const evidence = situation && (await pairEvidence(tx, country.code, one, other))
  if (!situation || !evidence) return undefined
  const states = await Promise.all([one, other].map(id => statesOf(tx, id)))
  if (states.some(each => each[0]?.country !== country.code)) return undefined
  const stands = await standingFor(tx, [one, other])
  const merged = [one, other].find(id => stands.get(id) !== id)
  return {
    situation,
    evidence,
    territories: states.map(each => each[0]!.territory),
    documents: await Promise.all([one, other].map(id => documentsOf(tx, id))),
    states: states.map(each => ({ first: each.at(-1)!.recordedAt.toISOString(), count: each.length })),
    history: await decisionsOnPair(tx, one, other),
    kept: merged && stands.get(merged),
    proposed: await proposedMerge(tx, one, other, at),
  }
}

/** A merge of the two that waits for its second person. */
async function proposedMerge(tx: Transaction, one: Person, other: Person, at: Date): Promise<Pair['proposed']> {
  const waiting = (await listProposals(tx, PERMISSION, PROPOSALS_READ)).find(
    row =>
      row.kind === 'person_merge' &&
      proposalState(row, at) === 'waiting' &&
      [one, other].every(person => row.files.includes(person)),
  )
  return waiting && { id: waiting.id, by: waiting.by, byName: waiting.byName }
}

/** Whether the reader settles pairs of the smallest territory that holds both. */
function maySettle({ grants, at }: StaffAccess, territories: readonly string[]): boolean {
  const [one = '', other = ''] = territories
  const territory = sharedTerritory(one, other)
  return decideAccess(grants, PERMISSION, { territory, programme: null, sensitivity: 'ordinary' }, at).ok
}

function householdOf(country: Country, { id, sourceId, relation, receives, members }: MergeHousehold): PairHousehold {
  const relations = country.catalogue.member.get(country.catalogue.head?.fact ?? '')?.codes
  const words = relation === null ? undefined : (relations?.get(relation) ?? wordsOf(relation))
  return { id, sourceId, relation: words, receives, members }
}

/** What programmes decided for the person's households and what the person was paid, each for its own permission. */
async function decidedAndPaid(
  app: Database,
  country: Country,
  access: StaffAccess,
  person: Person,
  { households }: MergeSituation,
  territory: string,
): Promise<Pick<DuplicateSide, 'decisions' | 'payments'>> {
  const own = households.filter(each => each.person === person)
  const decisions = mayIn(access, 'determination.read', territory)
    ? await readWith(app, access, 'determination.read', async tx => {
        const rows: DecisionRow[] = []
        for (const { id } of own) rows.push(...(await determinationsOf(tx, id)).map(each => decisionRow(country, each)))
        return latestOfEach(rows)
      })
    : undefined
  const payments = mayIn(access, 'payment.read', territory)
    ? await readWith(app, access, 'payment.read', async tx =>
        (await instructionsOfPayees(tx, [person])).slice(0, PAYMENTS_SHOWN).map(
          (row): PairPayment => ({
            at: row.stateAt.toISOString(),
            reference: row.reference,
            amount: amountOf(row.amount, row.currency),
          }),
        ),
      )
    : undefined
  return { decisions, payments }
}
