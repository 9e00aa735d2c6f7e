import { sql } from 'kysely'
import type { DataCheck } from '#db'
import type { ProviderPorts } from './provider-port.ts'

type Stranded = {
  readonly reference: string
  readonly provider: string
  readonly way: 'own_file' | 'wire'
  readonly left: boolean
  readonly instructions: number
}

/** Whether parts of runs wait for ever: each left, or is to leave, by a port that these settings no longer have. */
export function portCheck(ports: ProviderPorts): DataCheck {
  const files = [...ports].flatMap(([code, port]) => (port.adapter === 'http' ? [] : [code]))
  const wires = [...ports].flatMap(([code, port]) => (port.adapter === 'http' ? [code] : []))
  return {
    name: 'provider-ports',
    asks: 'every part of a run that waits for a port has one',
    async run(tx) {
      const { rows } = await sql<Stranded>`
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
        order by r.reference, p.provider limit 100`.execute(tx)
      return rows.map(row => ({
        check: 'provider-ports',
        severity: 'serious' as const,
        says: `Run ${row.reference} waits for ${row.provider}: ${row.instructions} payments ${waits(row)}.`,
        todo: todo(row),
      }))
    },
  }
}

function waits({ way, left }: Stranded): string {
  if (way === 'own_file') return 'leave by a file of its own form, and SOCLE_PROVIDERS names no form for it'
  return left
    ? 'leave over its interface, and SOCLE_PROVIDERS names no interface for it: they are neither sent nor asked about'
    : 'are to leave over its interface, and SOCLE_PROVIDERS names no interface for it'
}

function todo({ way, provider, reference }: Stranded): string {
  const again = `Name ${provider} in the file of SOCLE_PROVIDERS again, with ${way === 'wire' ? 'adapter http' : 'adapter csv or iso20022'}, and start Socle again`
  return way === 'wire'
    ? `${again}: batches go under the keys that they had, so that nobody is paid twice. Where the provider is gone for good, take its last answers by a file (socle pay answers FILE --provider ${provider}).`
    : `${again}; then socle pay file ${reference} --provider ${provider} --out FILE writes it. Which way a part leaves is settled and does not change.`
}
