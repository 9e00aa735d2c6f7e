import { nameOf } from './imports.ts'
import { type Breach, breach, type Rule } from './rule.ts'
import { isNode, type Node, type Source } from './tree.ts'

/** Attributes whose value a person reads or hears. */
const SPOKEN =
  /^(aria-(label|description|placeholder|roledescription|valuetext)|alt|title|placeholder|label|description|summary|caption|legend|error|heading|hint)$/

/** Names that are the same in every language. */
const SAME_EVERYWHERE = /\b(Socle|SMS|CSV|XLSX|PDF|UUID)\b/g

const instead = 'a key of locales/ (fr, ar, en), said with the words of the page'

/** Letters of any script, two in a row: `·`, `→` or `n°` are no sentence. */
function speaks(text: string): boolean {
  return /\p{L}{2}/u.test(text.replaceAll(/&\w+;/g, '').replaceAll(SAME_EVERYWHERE, ''))
}

function wordingBreaches(source: Source): Breach[] {
  if (!source.path.endsWith('.tsx')) return []
  return source.nodes.flatMap(node => {
    if (node.type === 'JSXText' && speaks(String(node.value))) {
      const start = node.start + String(node.raw ?? node.value).search(/\S/)
      return [breach(source, { start }, `words in the page (${String(node.value).trim().slice(0, 50)})`, instead)]
    }
    if (node.type === 'JSXAttribute' && SPOKEN.test(nameOf(node.name)))
      return spokenTexts(source, node.value, nameOf(node.name))
    if (node.type === 'JSXExpressionContainer' && /^JSX(Element|Fragment)$/.test(source.parentOf(node)?.type ?? '')) {
      return spokenTexts(source, node.expression, 'the page')
    }
    return []
  })
}

/** Texts that an attribute or a braced child shows: a literal, a template, either side of a choice. */
function spokenTexts(source: Source, value: unknown, where: string): Breach[] {
  if (!isNode(value)) return []
  const node: Node = value
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' && speaks(node.value)
        ? [breach(source, node, `words in ${where} (${node.value.slice(0, 50)})`, instead)]
        : []
    case 'TemplateLiteral':
      return (node.quasis as Node[])
        .filter(({ value }) => speaks((value as { raw: string }).raw))
        .map(quasi =>
          breach(source, quasi, `words in ${where} (${(quasi.value as { raw: string }).raw.slice(0, 50)})`, instead),
        )
    case 'JSXExpressionContainer':
      return spokenTexts(source, node.expression, where)
    case 'ConditionalExpression':
      return [...spokenTexts(source, node.consequent, where), ...spokenTexts(source, node.alternate, where)]
    case 'LogicalExpression':
      return [...spokenTexts(source, node.left, where), ...spokenTexts(source, node.right, where)]
    default:
      return []
  }
}

export const wordingRules: readonly Rule[] = [
  {
    name: 'no sentence of the interface stands outside locales/',
    check: tree => tree.sources.flatMap(wordingBreaches),
    bad: [
      {
        files: {
          'src/web/home.tsx': [
            'export const a = <p>',
            '  Bonjour</p>',
            'export const b = <img alt="La carte" />',
            "export const c = <p>{ready ? 'Prêt' : words.wait}</p>",
            'export const d = <input placeholder={`ménages`} />',
            "export const e = <p>{'الأسر'}</p>",
          ].join('\n'),
        },
        caught: [
          'src/web/home.tsx:2',
          'src/web/home.tsx:3',
          'src/web/home.tsx:4',
          'src/web/home.tsx:5',
          'src/web/home.tsx:6',
        ],
      },
    ],
    good: {
      'src/web/home.tsx':
        "export const a = <p className=\"lead\">{say('home.lead')} · → <b>Socle</b> {open ? '−' : '+'}<input aria-label={say('x')} name=\"first\" type=\"text\" /></p>",
    },
  },
]
