import type { Reconciliation, ReconciliationLine, WrittenList } from '#payments'
import { UsageError } from '../command.ts'
import { grouped } from '../progress.ts'

type Lines = readonly ReconciliationLine[]

/** Right pairs by the ids of the two lines. Cells may hold several ids, parted by ; or |. */
export function readTruth({ header, rows }: WrittenList, ours: Lines, theirs: Lines): ReadonlySet<string> {
  const left = bestColumn(header, rows, new Set(ours.map(line => line.id)), [])
  const right = bestColumn(header, rows, new Set(theirs.map(line => line.id)), [left])
  if (left === -1 || right === -1) {
    throw new UsageError(
      `the truth has no two columns of ids of the two lists; its columns: ${header.join(', ')}. Name the ids of the lists with --a-columns id=… and --b-columns id=…`,
    )
  }
  const pairs = new Set<string>()
  for (const { cells } of rows) {
    for (const own of idsOf(cells[left])) for (const other of idsOf(cells[right])) pairs.add(`${own}\t${other}`)
  }
  return pairs
}

function idsOf(cell: string | undefined): string[] {
  return (cell ?? '')
    .split(/[;|]/)
    .map(id => id.trim())
    .filter(id => id !== '')
}

/** The column that holds most ids of a list, -1 where none does. */
function bestColumn(
  header: WrittenList['header'],
  rows: WrittenList['rows'],
  ids: ReadonlySet<string>,
  not: readonly number[],
): number {
  let best = -1
  let most = 0
  header.forEach((_, place) => {
    const known = rows.filter(({ cells }) => idsOf(cells[place]).some(id => ids.has(id))).length
    if (known > most && !not.includes(place)) {
      best = place
      most = known
    }
  })
  return best
}

/** How right the pairs are: `precision 0.9950 (… of …), recall …, F1 …`. */
export function measured({ findings }: Reconciliation, ours: Lines, theirs: Lines, truth: ReadonlySet<string>): string {
  const pairs = findings.filter(({ left, right }) => left !== null && right !== null)
  const right = pairs.filter(pair => truth.has(`${ours[pair.left!]!.id}\t${theirs[pair.right!]!.id}`)).length
  const share = (of: number) => (of === 0 ? 1 : right / of).toFixed(4)
  const f1 = pairs.length + truth.size === 0 ? 1 : (2 * right) / (pairs.length + truth.size)
  const said = `precision ${share(pairs.length)} (${grouped(right)} of ${grouped(pairs.length)})`
  return `${said}, recall ${share(truth.size)} (${grouped(right)} of ${grouped(truth.size)}), F1 ${f1.toFixed(4)}`
}
