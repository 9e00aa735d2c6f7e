export const separators = [',', ';', '\t'] as const

export type Separator = (typeof separators)[number]

/** The separator that cuts the header into the most cells, quoted text left out; a comma where there is only one cell. */
export function detectSeparator(header: string): Separator {
  const bare = header.replaceAll(/"(?:[^"]|"")*"/g, '')
  const counted = separators.map(separator => ({ separator, count: bare.split(separator).length }))
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).separator
}
