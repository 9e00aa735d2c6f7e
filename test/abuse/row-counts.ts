import pg from 'pg'
import type { Databases } from '#db'

/** Tables that record that something was tried: a refused attempt leaves its trace there, and nowhere else. */
const TRACES =
  /^security\.(audit|sign_in|citizen_|staff_session|staff_verification)|attempt|reading|^pgboss|^db\.|import_/

/** How many rows each table holds, traces of attempts left out. */
export async function rowCounts({ urls }: Databases): Promise<Readonly<Record<string, number>>> {
  const client = new pg.Client({ connectionString: urls.worker })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname in ('population', 'households', 'programmes', 'payments', 'security')
         and has_table_privilege(format('%I.%I', schemaname, tablename), 'select') order by 1`,
    )
    const counts: Record<string, number> = {}
    for (const { name } of rows.filter(each => !TRACES.test(each.name))) {
      const counted = await client.query<{ count: string }>(`select count(*) from ${name}`)
      counts[name] = Number(counted.rows[0]!.count)
    }
    return counts
  } finally {
    await client.end()
  }
}
