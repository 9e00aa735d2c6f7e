// Reads one region of the register into its file, in a view that other readers share.

import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { type CopyField, clientOf, type Database, readBinaryCopy, transaction, workerActor } from '#db'
import { type DateText, monthOf, type TerritoryTree } from '#kernel'
import type { Catalogue } from '#rules'
import { RegionFile, type WrittenFile } from './region-file.ts'
import { uuidAt } from './uuid-bytes.ts'

export type RegionAsked = {
  readonly region: string
  readonly effectiveOn: DateText
  readonly view: string
  readonly path: string
}

export type ExportTerms = { readonly catalogue: Catalogue; readonly territories: TerritoryTree }

const REPORT_EVERY = 2_000

/** Writes the file of a region. `onRows` is told how many households are read, from time to time. */
export async function exportRegion(
  worker: Database,
  { catalogue, territories }: ExportTerms,
  { region, effectiveOn, view, path }: RegionAsked,
  onRows: (households: number) => void,
): Promise<WrittenFile> {
  const file = new RegionFile({ path, catalogue, territories, month: monthOf(effectiveOn) })
  try {
    const options = { isolation: 'repeatable read', readOnly: true, view } as const
    await transaction(
      worker,
      workerActor('snapshot'),
      async tx => {
        const stream = clientOf(tx).query(copyTo(householdsOf(catalogue.country, region, effectiveOn)))
        let households = 0
        await readBinaryCopy(stream, fields => {
          file.append(rowOf(fields))
          if (++households % REPORT_EVERY === 0) onRows(REPORT_EVERY)
        })
        onRows(households % REPORT_EVERY)
      },
      options,
    )
  } catch (error) {
    file.abandon()
    throw error
  }
  return file.close()
}

/** Facts in effect on the day, in order of place and household: neighbours in the file, and the same order each time. */
function householdsOf(country: string, region: string, effectiveOn: DateText): string {
  const [low, high] = [pg.escapeLiteral(region), pg.escapeLiteral(`${region}/`)]
  return `copy (
    select household.id, declaration.id, household.territory, household.weight::float8,
      declaration.facts::text,
      case when touched.household_id is null then declaration.members
        else households.members_known(declaration.members, ${pg.escapeLiteral(monthOf(effectiveOn))},
          ${pg.escapeLiteral(effectiveOn)}::date, 'infinity') end::text
    from households.household
      left join (
        -- Nearly all declare for themselves: only of these is anything else told.
        select distinct membership.household_id from households.membership
        where membership.person_id in (select received.person_id from households.received)
      ) as touched on touched.household_id = household.id
      cross join lateral (
        select id, facts, members from households.declaration
        where household_id = household.id and effective_on <= ${pg.escapeLiteral(effectiveOn)}::date
        order by effective_on desc, recorded_at desc, id desc limit 1
      ) as declaration
    where household.country = ${pg.escapeLiteral(country)}
      and household.territory >= ${low} and household.territory < ${high}
      and (household.closed_on is null or household.closed_on > ${pg.escapeLiteral(effectiveOn)}::date)
    order by household.territory, household.id
  ) to stdout (format binary)`
}

function rowOf([household, declaration, territory, weight, facts, members]: readonly CopyField[]) {
  return {
    household: uuidAt(household as Buffer, 0),
    declaration: uuidAt(declaration as Buffer, 0),
    territory: (territory as Buffer).toString('latin1'),
    weight: (weight as Buffer).readDoubleBE(0),
    facts: JSON.parse((facts as Buffer).toString('utf8')),
    members: JSON.parse((members as Buffer).toString('utf8')),
  }
}
