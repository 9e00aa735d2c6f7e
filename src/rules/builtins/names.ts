/** The functions that a pack may call. The columns engine has each of them. */
export const PACK_FUNCTIONS: ReadonlySet<string> = new Set([
  'abs',
  'ceiling',
  'count',
  'date',
  'decimal',
  'duration',
  'floor',
  'max',
  'mean',
  'min',
  'modulo',
  'not',
  'round down',
  'round half down',
  'round half up',
  'round up',
  'sum',
  'years and months duration',
])

/** Functions of DMN that the language leaves out, each with the reason. They are refused by name, never answered. */
export const LEFT_OUT: ReadonlyMap<string, string> = new Map([
  ['matches', 'regular expressions'],
  ['replace', 'regular expressions'],
  ['split', 'regular expressions'],
  ['now', 'the clock'],
  ['today', 'the clock'],
  ['time', 'time of day'],
  ['date and time', 'time of day'],
  ['range', 'ranges read from text'],
])
