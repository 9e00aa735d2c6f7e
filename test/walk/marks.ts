import { sql } from 'kysely'
import { type Databases, transaction, workerActor } from '#db'

/** By what a person, a household or a payment of somewhere else would be known on a page. */
export type Marks = {
  readonly found: (text: string) => string[]
  readonly count: number
}

/** Everything that names somebody outside a territory, and nobody inside it. */
export async function marksOutside({ worker }: Databases, territory: string): Promise<Marks> {
  const { rows } = await transaction(worker, workerActor('walk'), tx =>
    sql<{ mark: string; inside: boolean }>`
      with place as (select territory, territory = ${territory} or starts_with(territory, ${`${territory}.`}) as inside
        from (select territory from households.household union select territory from population.person) as every)
      select m.mark, bool_or(place.inside) as inside
      from (
        select h.id::text as mark, h.territory from households.household h
        union all select h.source_id, h.territory from households.household h
        union all select p.id::text, p.territory from population.person p
        union all select p.given_name || ' ' || p.family_name, p.territory from population.person p
        union all select p.given_name_ar || ' ' || p.family_name_ar, p.territory from population.person p
        union all select p.phone, p.territory from population.person p
        union all select d.id::text, h.territory from households.declaration d join households.household h on h.id = d.household_id
        union all select e.id::text, e.territory from programmes.entitlement e
        union all select a.number, a.territory from payments.payee_account a
        union all select i.payee_name, i.territory from payments.instruction i
        union all select payments.end_to_end_id(r.reference, i.position), i.territory
          from payments.instruction i join payments.run r on r.id = i.run_id
      ) as m join place using (territory)
      where length(m.mark) >= 8 group by m.mark`.execute(tx),
  )
  const foreign = new Set(rows.filter(row => !row.inside).map(row => row.mark))
  const names = [...foreign].filter(mark => /^[\p{L} -]+$/u.test(mark))
  const tokens = new Set([...foreign].filter(mark => !names.includes(mark)))
  return {
    count: foreign.size,
    // Names one by one; everything else is a word of the page, looked up.
    found: text => [
      ...names.filter(name => text.includes(name)),
      ...(text.match(/[+\w-]{8,}/g) ?? []).filter(word => tokens.has(word)),
    ],
  }
}
