import { sql } from 'kysely'
import type { DataCheck, Transaction } from '#db'
import type { ProviderPorts } from './provider-port.ts'

/** A part of a run that waits for a port which the settings do not have. */
export type StrandedPart = {
  /** Of the run. */
  readonly reference: string
  readonly provider: string
  readonly way: 'own_file' | 'wire'
  /** Whether the run is recorded as sent. */
  readonly left: boolean
  readonly instructions: number
}

const MOST = 100

/** Parts of runs that wait for ever, by these ports: each left, or is to leave, by one that they no longer have. */
export async function strandedParts(tx: Transaction, ports: ProviderPorts): Promise<readonly StrandedPart[]> {
  const files = [...ports].flatMap(([code, port]) => (port.adapter === 'http' ? [] : [code]))
  const wires = [...ports].flatMap(([code, port]) => (port.adapter === 'http' ? [code] : []))
  const { rows } = await sql<StrandedPart>`
    select r.reference, p.provider, p.leaves_by as way, s.run_id is not null as left, p.instructions
    from payments.run_part p
      join payments.run r on r.id = p.run_id
      left join payments.run_event s on s.run_id = p.run_id and s.state = 'sent'
    where (p.leaves_by = 'own_file' and not p.provider = any (${files}::text[])
        and not exists (
          select from payments.provider_file f where f.run_id = p.run_id and f.provider = p.provider))
      or (p.leaves_by = 'wire' and not p.provider = any (${wires}::text[])
        and exists (
          select from payments.instruction i
          where i.run_id = p.run_id and i.provider = p.provider and not exists (
            select from payments.instruction_outcome o where o.run_id = i.run_id and o.position = i.position)))
    order by r.reference, p.provider limit ${MOST}`.execute(tx)
  return rows
}

/** The same as `socle doctor` says it. */
export function portCheck(ports: ProviderPorts): DataCheck {
  return {
    name: 'provider-ports',
    asks: 'every part of a run that waits for a port has one',
    async run(tx) {
      const parts = await strandedParts(tx, ports)
      return parts.map(part => ({
        check: 'provider-ports',
        severity: 'serious' as const,
        says: `Run ${part.reference} waits for ${part.provider}: ${part.instructions} payments ${waits(part)}.`,
        todo: todo(part),
      }))
    },
  }
}

function waits({ way, left }: StrandedPart): string {
  if (way === 'own_file') return 'leave by a file of its own form, and SOCLE_PROVIDERS names no form for it'
  return left
    ? 'leave over its interface, and SOCLE_PROVIDERS names no interface for it: they are neither sent nor asked about'
    : 'are to leave over its interface, and SOCLE_PROVIDERS names no interface for it'
}

function todo({ way, provider, reference }: StrandedPart): string {
  const again = `Name ${provider} in the file of SOCLE_PROVIDERS again, with ${way === 'wire' ? 'adapter http' : 'adapter csv or iso20022'}, and start Socle again`
  return way === 'wire'
    ? `${again}: batches go under the keys that they had, so that nobody is paid twice. Where the provider is gone for good, take its last answers by a file (socle pay answers FILE --provider ${provider}).`
    : `${again}; then socle pay file ${reference} --provider ${provider} --out FILE writes it. Which way a part leaves is settled and does not change.`
}
