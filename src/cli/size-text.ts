const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

/** A size for people: `1.9 GB`, three digits at most. */
export function sizeText(bytes: number): string {
  let [size, unit] = [bytes, 0]
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000
    unit++
  }
  return `${unit === 0 || size >= 99.95 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`
}
