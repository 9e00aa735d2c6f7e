import type { Country, Processing } from '#countries'
import type { RegisterRow } from '#privacy'

const NOT_SET = 'not set: to be set by the controller; nothing is anonymised until then'

/** The register of processing as text, a paragraph a category. */
export function registerText({ name, personalData }: Country, rows: readonly RegisterRow[]): string {
  const { law, sources } = personalData
  return [
    `Register of processing, ${name.en}`,
    `${law.name.en} (${marked(law.confidence)}): ${sources[law.source]}`,
    ...rows.map(row => paragraph(row, sources)),
    '',
  ].join('\n\n')
}

function paragraph(row: RegisterRow, sources: Readonly<Record<string, string>>): string {
  const { basis } = row
  return [
    `${row.category}${row.sensitive ? ' (sensitive)' : ''}`,
    `  why         ${row.purpose.en}`,
    `  basis       ${sources[basis.source]}${basis.article ? `, ${basis.article}` : ''} (${marked(basis.confidence)})`,
    `  recipients  ${row.recipients.map(each => each.en).join('; ')}`,
    `  retention   ${retentionText(row)}`,
    ...(row.facts.length > 0 ? [`  facts       ${row.facts.join(', ')}`] : []),
    ...row.columns.map(({ table, columns }) => `  held in     ${table}: ${columns.join(', ')}`),
  ].join('\n')
}

function retentionText({ category, retention }: Processing): string {
  if (retention) {
    const event = retention.from.replaceAll('_', ' ')
    return retention.months === null ? NOT_SET : `${retention.months} months from ${event} (${retention.source})`
  }
  return category === 'trace' ? 'kept: ids alone' : 'ends with identity: the link is cut, the figures stay'
}

function marked(confidence: string): string {
  return confidence.replace('_', ' ')
}
