import { pipeline } from 'node:stream/promises'
import { sql } from 'kysely'
import { from as copyFrom } from 'pg-copy-streams'
import { BinaryCopyRows, clientOf, type Transaction } from '#db'
import { putUuid, UUID_BYTES } from '#households'
import type { DeterminationRow } from './determination.ts'
import type { RunRow } from './run.sql.ts'
import { StateBytes } from './state.ts'

const FIELDS = 16

/**
 * Writes the rows of a range, in order of household id: by binary COPY into a table of this connection, since COPY is not
 * allowed into one with row-level security, and from there in one statement.
 */
export async function writeRows(
  tx: Transaction,
  run: Pick<RunRow, 'id' | 'pack' | 'sequence'>,
  number: number,
  rows: readonly DeterminationRow[],
): Promise<void> {
  if (rows.length === 0) return
  await clientOf(tx).query(INCOMING)
  const stream = clientOf(tx).query(copyFrom('copy pg_temp.incoming_determination from stdin (format binary)'))
  await pipeline([copyOf(rows)], stream)
  await sql`
    insert into programmes.determination
      (household_id, run_id, territory, declaration_id, outcome, amount_minor, refusals, open_refusals, missing, scores,
       lines, weight, pack, sequence, range_number, state, difference, before_outcome, before_amount_minor, before_refusals)
    select household_id, ${run.id}, territory, declaration_id, outcome, amount_minor, refusals, open_refusals, missing, scores,
      lines, weight::numeric, ${run.pack}, ${run.sequence}, ${number}, state, difference, before_outcome, before_amount_minor,
      before_refusals
    from pg_temp.incoming_determination`.execute(tx)
}

// Once for each connection; its rows go with the transaction.
const INCOMING = `
  set local client_min_messages = warning;
  create temp table if not exists incoming_determination (
    household_id uuid, territory text, declaration_id uuid, outcome text, amount_minor bigint, refusals text[],
    open_refusals text[], missing text[], scores jsonb, lines jsonb, weight double precision, state bigint, difference text,
    before_outcome text, before_amount_minor bigint, before_refusals text[]) on commit delete rows`

function copyOf(rows: readonly DeterminationRow[]): Buffer {
  const copy = new BinaryCopyRows()
  const state = new StateBytes()
  const id = new Uint8Array(UUID_BYTES)
  const uuid = (text: string) => {
    putUuid(text, id, 0)
    copy.bytes(id)
  }
  const maybe = <Value>(value: Value | null | undefined, write: (value: Value) => void) =>
    value === null || value === undefined ? copy.nothing() : write(value)
  for (const row of rows) {
    state.clear()
    state.append(row)
    const { high, low } = state.digestFrom(0)
    copy.row(FIELDS)
    uuid(row.householdId)
    copy.text(row.territory)
    uuid(row.declarationId)
    copy.text(row.outcome)
    maybe(row.amountMinor, amount => copy.bigint(amount))
    copy.texts(row.refusals)
    copy.texts(row.openRefusals)
    copy.texts(row.missing)
    copy.json(JSON.stringify(row.scores))
    copy.json(JSON.stringify(row.lines))
    copy.double(Number(row.weight))
    copy.halves(high, low)
    copy.text(row.difference)
    maybe(row.before?.outcome, outcome => copy.text(outcome))
    maybe(row.before?.amountMinor, amount => copy.bigint(amount))
    maybe(row.before?.refusals, refusals => copy.texts(refusals))
  }
  return copy.end()
}
