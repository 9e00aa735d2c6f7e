/**
 * Why personal data are read or changed: the closed register of purposes (law 09-08 of Morocco, article 3: data are
 * collected for determined, explicit purposes). Words in fr, ar and en are in `locales/`, under `console:purpose`.
 */
export const PURPOSES = [
  /** A household is registered, or says what has changed. */
  'registration',
  /** A file is examined by whoever answers for it. */
  'examination',
  /** A programme decides. */
  'determination',
  /** What is owed is paid. */
  'payment',
  /** A complaint or an appeal is heard. */
  'complaint',
  /** Doubles and mistakes are found and settled. */
  'data_quality',
  /** A person asks for own data, or has them corrected. */
  'data_rights',
  /** An auditor controls what was done. */
  'oversight',
  /** Figures, simulation, research. */
  'statistics',
  /** Another administration asks or is told. */
  'exchange',
  /** Access by emergency, reviewed afterwards. */
  'emergency',
  /** Accounts, grants, keys and the installation itself. */
  'administration',
] as const

export type Purpose = (typeof PURPOSES)[number]

/** A purpose with the screen or the command where it was pursued: 'examination: household page'. */
export type PurposeText = Purpose | `${Purpose}: ${string}`

/** The two parts of a record's purpose; `purpose` is undefined where the record was not written by this program. */
export function purposeOf(text: string): { readonly purpose: Purpose | undefined; readonly screen: string } {
  const at = text.indexOf(': ')
  const [name, screen] = at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 2)]
  const purpose = PURPOSES.find(each => each === name)
  return purpose ? { purpose, screen } : { purpose: undefined, screen: text }
}
