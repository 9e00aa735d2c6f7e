import { sql } from 'kysely'
import type { DataCheck } from '#db'

export const householdChecks: readonly DataCheck[] = [
  {
    name: 'memberships',
    asks: 'nobody is at present a member of two households, or of one twice',
    async run(tx) {
      const { rows } = await sql<{ people: number; sample: string }>`
        with doubled as (
          select person_id from households.membership where ended_at is null group by person_id having count(*) > 1)
        select count(*)::int as people, (select string_agg(person_id::text, ', ') from (select person_id from doubled order by 1 limit 3) as few) as sample
        from doubled`.execute(tx)
      const { people, sample } = rows[0]!
      if (people === 0) return []
      return [
        {
          check: 'memberships',
          severity: 'serious',
          says: `${people} people are members of more than one household at once (${sample}): they count twice in every decision.`,
          todo: 'Settle where each lives (a declaration of the household that was left ends the membership), then decide the months concerned again.',
        },
      ]
    },
  },
  {
    name: 'household-declarations',
    asks: 'every household has declared something',
    async run(tx) {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from households.household h
        where not exists (select from households.declaration d where d.household_id = h.id)`.execute(tx)
      const { count } = rows[0]!
      if (count === 0) return []
      return [
        {
          check: 'household-declarations',
          severity: 'serious',
          says: `${count} households have no declaration: no programme can decide them.`,
          todo: 'A household is registered with its first declaration; these lost theirs. Restore them from the last verified backup.',
        },
      ]
    },
  },
]
