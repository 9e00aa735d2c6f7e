import { floors } from './floors.ts'
import { nameOf } from './imports.ts'
import type { Breach, Rule } from './rule.ts'
import { isNode, isTest, lineAt, moduleOf, type Source, type Tree } from './tree.ts'

// A module owns the PostgreSQL schema of its name. Only it writes there; modules above read its views named
// `published_…`, call its functions, refer to its keys; modules below do not know it.

/** A piece of SQL, or a table named to Kysely, and where it stands in its file. */
type Passage = { readonly path: string; readonly text: string; readonly sql: string; readonly offset: number }

const schemas = Object.keys(floors).join('|')
const table = `"?(${schemas})"?\\s*\\.\\s*"?([a-z_0-9]+)"?`

const WRITE = new RegExp(
  '\\b(insert\\s+into|update(?:\\s+only)?|delete\\s+from(?:\\s+only)?|merge\\s+into|truncate(?:\\s+table)?|copy|' +
    'alter\\s+(?:table|view|function)(?:\\s+if\\s+exists)?(?:\\s+only)?|drop\\s+(?:table|view|function)(?:\\s+if\\s+exists)?|' +
    'create\\s+(?:or\\s+replace\\s+)?(?:unlogged\\s+)?(?:table|view|materialized\\s+view|function|procedure)(?:\\s+if\\s+not\\s+exists)?|' +
    '(?:index|trigger|policy)\\b[^;]*?\\bon|comment\\s+on\\s+\\w+)' +
    `\\s+${table}`,
  'gi',
)
const READ = new RegExp(`\\b(from|join|using)\\s+(?:only\\s+|lateral\\s+)?${table}(\\s*\\()?`, 'gi')

const KYSELY_WRITE = ['insertInto', 'updateTable', 'deleteFrom', 'mergeInto', 'replaceInto']
const KYSELY_READ = ['selectFrom', 'innerJoin', 'leftJoin', 'rightJoin', 'fullJoin', 'from', 'using']

function passagesOf(tree: Tree): Passage[] {
  const written = [...tree.files].flatMap(([path, text]) =>
    path.endsWith('.sql') && moduleOf(path) && !path.endsWith('schema.sql')
      ? [{ path, text, sql: text, offset: 0 }]
      : [],
  )
  return [...written, ...tree.sources.filter(({ path }) => moduleOf(path) && !isTest(path)).flatMap(passagesOfCode)]
}

function passagesOfCode({ path, text, nodes }: Source): Passage[] {
  return nodes.flatMap(node => {
    if (node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string')) {
      return [{ path, text, sql: text.slice(node.start + 1, node.end - 1), offset: node.start + 1 }]
    }
    if (node.type !== 'CallExpression' || !isNode(node.callee) || node.callee.type !== 'MemberExpression') return []
    const method = nameOf(node.callee.property)
    const verb = KYSELY_WRITE.includes(method) ? 'insert into' : KYSELY_READ.includes(method) ? 'from' : undefined
    const [first] = node.arguments as unknown[]
    const name = isNode(first) && first.type === 'Literal' ? first.value : undefined
    return verb && typeof name === 'string' ? [{ path, text, sql: `${verb} ${name}`, offset: node.start }] : []
  })
}

function matches(passage: Passage, pattern: RegExp) {
  // Comments may name any table: they are blanked, so that offsets stay.
  const sql = passage.sql.replaceAll(/--[^\n]*/g, comment => ' '.repeat(comment.length))
  return [...sql.matchAll(pattern)].map(match => ({
    verb: match[1]!.replaceAll(/\s+/g, ' ').toLowerCase(),
    schema: match[2]!,
    name: match[3]!,
    isCall: match[4] !== undefined,
    line: lineAt(passage.text, passage.offset + match.index + match[0].trimEnd().length),
  }))
}

function writeBreaches(passage: Passage): Breach[] {
  const module = moduleOf(passage.path)
  return matches(passage, WRITE)
    .filter(({ schema }) => schema !== module)
    .map(({ verb, schema, name, line }) => {
      const found = `${module} writes a table of ${schema} (${verb} ${schema}.${name})`
      return { path: passage.path, line, found, instead: `call the door of ${schema}, or let its own migration do it` }
    })
}

function readBreaches(passage: Passage): Breach[] {
  const module = moduleOf(passage.path)!
  return matches(passage, READ)
    .filter(({ schema, name, isCall }) => {
      if (schema === module) return false
      const below = floors[schema]! < (floors[module] ?? 0)
      return !(below && (isCall || name.startsWith('published_')))
    })
    .map(({ schema, name, line }) => {
      const found = `${module} reads ${schema}.${name}`
      const instead = `call the door of ${schema}, or read a view that it publishes (${schema}.published_…), from a floor above`
      return { path: passage.path, line, found, instead }
    })
}

export const tableRules: readonly Rule[] = [
  {
    name: 'a module writes only the schema of its name',
    check: tree => passagesOf(tree).flatMap(writeBreaches),
    bad: [
      {
        files: {
          'src/programmes/migrations/0001-x.sql':
            'create table programmes.run (id uuid references households.household);\ncreate index on\n  households.household (id);\ninsert into households.household values (1);\ncomment on table population.person is 1;',
          'src/programmes/enrol.sql.ts':
            'export const enrol = sql`\n  with moved as (delete from only households.membership returning *)\n  update population.person set x = 1`',
          'src/cli/commands/seed.ts': "tx.insertInto('payments.posting').values([])",
        },
        caught: [
          'src/programmes/migrations/0001-x.sql:3',
          'src/programmes/migrations/0001-x.sql:4',
          'src/programmes/migrations/0001-x.sql:5',
          'src/programmes/enrol.sql.ts:2',
          'src/programmes/enrol.sql.ts:3',
          'src/cli/commands/seed.ts:1',
        ],
      },
    ],
    good: {
      'src/programmes/migrations/0001-x.sql':
        'create table programmes.run (id uuid references households.household);\n-- delete from households.household would be wrong\ncreate trigger t before insert on programmes.run execute function security.seal();',
      'src/programmes/enrol.ts': "tx.insertInto('programmes.enrolment').onConflict(c => c.doNothing())",
    },
  },
  {
    name: 'a module reads of others only what they publish, and of none above it',
    check: tree => passagesOf(tree).flatMap(readBreaches),
    bad: [
      {
        files: {
          'src/programmes/enrol.sql.ts':
            'export const enrol = sql`select 1\n  from households.household join population.person p on true`',
          'src/payments/pay.ts': "tx.selectFrom('programmes.published_entitlement as e')",
          'src/web/console/home.ts': "\ntx.selectFrom('payments.run').innerJoin('payments.posting', 'a', 'b')",
        },
        caught: [
          'src/programmes/enrol.sql.ts:2',
          'src/programmes/enrol.sql.ts:2',
          'src/payments/pay.ts:1',
          'src/web/console/home.ts:2',
          'src/web/console/home.ts:2',
        ],
      },
    ],
    good: {
      'src/programmes/enrol.sql.ts':
        'export const enrol = sql`select * from programmes.run join households.published_household on true cross join lateral security.territories() `',
      'src/programmes/run.ts': "tx.selectFrom('programmes.run')",
    },
  },
]
