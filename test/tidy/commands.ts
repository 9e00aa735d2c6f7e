import { nameOf } from './imports.ts'
import { type Breach, breach, type Rule, textOf } from './rule.ts'
import { isNode, type Node, type Source } from './tree.ts'

/** The names of the options that a file reads with `readOptions(args, { … })`, the shape given there or as a constant. */
function optionsRead(source: Source): { readonly node: Node; readonly name: string }[] {
  return source.nodes.flatMap(node => {
    if (node.type !== 'CallExpression' || nameOf(node.callee) !== 'readOptions') return []
    const shape = shapeOf(source, (node.arguments as Node[])[1])
    return ((shape?.properties as Node[] | undefined) ?? [])
      .filter(({ type }) => type === 'Property')
      .map(property => ({ node: property, name: nameOf(property.key) }))
  })
}

function shapeOf(source: Source, argument: Node | undefined): Node | undefined {
  if (argument?.type !== 'Identifier') return argument
  const declared = source.nodes.find(({ type, id }) => type === 'VariableDeclarator' && nameOf(id) === argument.name)
  const value = declared?.init as Node | undefined
  return value?.type === 'TSAsExpression' ? (value.expression as Node) : value
}

function silentOptions(source: Source): Breach[] {
  if (!/^src\/cli\/commands\/[^/]+\.ts$/.test(source.path) || source.path.endsWith('.test.ts')) return []
  const explained = source.nodes
    .filter(({ type, key }) => type === 'Property' && ['usage', 'help'].includes(nameOf(key)))
    .map(property => textOf(source, property))
    .join('\n')
  return optionsRead(source)
    .filter(({ name }) => !new RegExp(`--${name}(?![a-z-])`).test(explained))
    .map(({ node, name }) =>
      breach(source, node, `socle help does not explain --${name}`, 'say in usage or help what it does'),
    )
}

function hiddenCommands(source: Source, commands: string): Breach[] {
  const name = /^src\/cli\/commands\/([^/]+)\.ts$/.exec(source.path)?.[1]
  if (name === undefined || name.endsWith('.test') || commands.includes(`./commands/${name}.ts`)) return []
  const isCommand = source.nodes.some(
    ({ type, declaration }) =>
      type === 'ExportNamedDeclaration' &&
      isNode(declaration) &&
      textOf(source, declaration).startsWith('const command'),
  )
  return isCommand
    ? [breach(source, { start: 0 }, `socle does not know ${name}`, 'add its line to src/cli/commands.ts')]
    : []
}

export const commandRules: readonly Rule[] = [
  {
    name: 'every option of a command is explained by its help',
    check: tree => tree.sources.flatMap(silentOptions),
    bad: [
      {
        files: {
          'src/cli/commands/pay.ts': [
            "export const command = { usage: ['pay --month M'], help: '--dry-runs', run() {",
            "  readOptions(args, { month: 'text',",
            "    'dry-run': 'flag' }) } }",
          ].join('\n'),
          'src/cli/commands/say.ts':
            "const shape = { to: 'text' } as const\nexport const command = { help: '', run: () => readOptions(args, shape) }",
        },
        caught: ['src/cli/commands/pay.ts:3', 'src/cli/commands/say.ts:1'],
      },
    ],
    good: {
      'src/cli/commands/pay.ts':
        "export const command = { usage: ['pay --month M'], help: 'With --dry-run nothing is written.', run: () => readOptions(args, { month: 'text', 'dry-run': 'flag' }) }",
    },
  },
  {
    name: 'every command is known to socle',
    check: tree => {
      const commands = tree.files.get('src/cli/commands.ts') ?? ''
      return tree.sources.flatMap(source => hiddenCommands(source, commands))
    },
    bad: [
      {
        files: { 'src/cli/commands.ts': '', 'src/cli/commands/pay.ts': '// Pays.\nexport const command = 1' },
        caught: ['src/cli/commands/pay.ts:1'],
      },
    ],
    good: {
      'src/cli/commands.ts': "export const commands = { pay: () => import('./commands/pay.ts') }",
      'src/cli/commands/pay.ts': 'export const command = 1',
      'src/cli/commands/progress.ts': 'export const progress = 1',
    },
  },
]
