import { UsageError } from './command.ts'

type Kind = 'text' | 'flag'
type Values<Shape extends Record<string, Kind>> = {
  readonly [Name in keyof Shape]: Shape[Name] extends 'flag' ? boolean : string | undefined
}

/**
 * Reads `--name value`, `--name=value` and flags; what stands alone is a word. An unknown option is refused with the
 * list of those accepted.
 */
export function readOptions<const Shape extends Record<string, Kind>>(
  args: readonly string[],
  shape: Shape,
): { readonly options: Values<Shape>; readonly words: readonly string[] } {
  const values: Record<string, string | boolean | undefined> = {}
  for (const [name, kind] of Object.entries(shape)) values[name] = kind === 'flag' ? false : undefined
  const words: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string
    if (!arg.startsWith('--')) {
      words.push(arg)
      continue
    }
    const [name, ...rest] = arg.slice(2).split('=')
    const kind = shape[name as string]
    if (kind === undefined) {
      const accepted = Object.keys(shape).map(option => `--${option}`)
      throw new UsageError(`unknown option --${name}; accepted: ${accepted.join(', ') || 'none'}`)
    }
    if (kind === 'flag') {
      if (rest.length > 0) throw new UsageError(`--${name} takes no value`)
      values[name as string] = true
      continue
    }
    const value = rest.length > 0 ? rest.join('=') : args[++i]
    if (value === undefined || (rest.length === 0 && value.startsWith('--'))) {
      throw new UsageError(`--${name} needs a value`)
    }
    values[name as string] = value
  }
  return { options: values as Values<Shape>, words }
}

/** The same for a command that takes options alone: a word among them is a mistake, not to be passed over. */
export function optionsAlone<const Shape extends Record<string, Kind>>(
  args: readonly string[],
  shape: Shape,
): Values<Shape> {
  const { options, words } = readOptions(args, shape)
  const accepted = Object.keys(shape).map(option => `--${option}`)
  if (words.length > 0)
    throw new UsageError(`${words[0]} means nothing here; accepted: ${accepted.join(', ') || 'none'}`)
  return options
}

/** The value of an option that must be given. */
export function required(value: string | undefined, name: string, example: string): string {
  if (value === undefined) throw new UsageError(`--${name} is missing; for example --${name} ${example}`)
  return value
}

/** A whole number between two bounds, or a refusal that says which are accepted. */
export function wholeNumber(text: string, name: string, min: number, max: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new UsageError(`--${name} takes a whole number from ${min} to ${max}, not ${text}`)
  }
  return value
}
