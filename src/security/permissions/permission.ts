/** How much of a person's life something shows. Illness and disability are sensitive; see the `sensitive` facts of a country. */
export type Sensitivity = 'ordinary' | 'sensitive'

export type PermissionTerms = {
  /**
   * `programme` where the thing belongs to one (a determination, a payment): a grant for that programme is enough.
   * `territory` where it belongs to none (a household, the audit): only a grant for every programme counts.
   */
  readonly within: 'territory' | 'programme'
  /** What it always shows: a grant below that is not enough, whatever is asked. */
  readonly shows: Sensitivity
}

const ordinary = { within: 'territory', shows: 'ordinary' } as const
const ofProgramme = { within: 'programme', shows: 'ordinary' } as const
const sensitive = { within: 'territory', shows: 'sensitive' } as const

/** Every verb on a thing that somebody may be allowed, once. What is not here cannot be granted, and nobody may do it. */
export const permissions = {
  /** Counts of the register and figures of determinations: no person is shown. */
  'figures.read': ordinary,
  'household.search': ordinary,
  'household.read': ordinary,
  'household.write': ordinary,
  /** Takes a list of households away as a file. */
  'household.export': ordinary,
  /** Opens one file outside of the own territory, for an hour and a written reason; reviewed by somebody else. */
  'emergency.open': ordinary,
  'emergency.review': ordinary,
  /** Asks, for a partner's program, whether what somebody said is what the register holds: yes or no, never data. */
  'person.authenticate': ordinary,
  /** Registers a person at a desk, from a pre-registration or from nothing. */
  'person.register': ordinary,
  /** Changes what is recorded of a person: details, documents, status, aliases. */
  'person.correct': ordinary,
  /** Settles whether two files are one person. */
  'duplicate.settle': ordinary,
  /** Tells, for the program of another register, facts of members that the register knows: school, vaccination, civil. */
  'feed.write': ordinary,
  'determination.read': ofProgramme,
  'determination.run': ofProgramme,
  /** Takes the list of what a run changed away as a file. */
  'determination.export': ofProgramme,
  /** Proposes and approves what changes a programme for many at once: waivers, moves into another programme, shocks. */
  'programme.change': ofProgramme,
  /** Takes applications to programmes, proposes who receives for a household. */
  'enrolment.write': ofProgramme,
  /** Suspends, restores and ends enrolments, opens campaigns, proposes and approves what is besides the law. */
  'enrolment.decide': ofProgramme,
  /** Approves, as the second of two persons, that somebody else receives a household's money. */
  'recipient.approve': ordinary,
  /** What was paid to a household, on its page. */
  'payment.read': ofProgramme,
  /** Where people are paid, for the program of a partner: yes or no, and the account where that is asked for. */
  'payee_account.read': ordinary,
  /** Records where a payee is paid from now on; the payee is told. */
  'payee_account.write': ordinary,
  /** Says, as a second person, that an account was seen to be its payee's. */
  'payee_account.verify': ordinary,
  /** Payment runs, with their instructions. */
  'payment_run.read': ofProgramme,
  'payment_run.prepare': ofProgramme,
  'payment_run.approve': ofProgramme,
  'payment_run.send': ofProgramme,
  'payment_run.cancel': ofProgramme,
  /** Takes the list of runs or of instructions away as a file. */
  'payment_run.export': ofProgramme,
  /** Takes away the file that providers carry out. */
  'payment_file.export': ofProgramme,
  /** Hands over what waits for somebody at a payment point. */
  'cash_payment.record': ordinary,
  'budget.read': ordinary,
  'budget.write': ordinary,
  /** What was simulated and saved: figures of the whole country. */
  'simulation.read': ordinary,
  'simulation.run': ordinary,
  /** Who did what, and who read which file. */
  'audit.read': ordinary,
  /** The whole file of a person who asks for it. */
  'personal_data.read': sensitive,
  'personal_data.correct': sensitive,
  'personal_data.erase': sensitive,
  /** Takes away a file without names, for research: generalised, under pseudonyms of its purpose. */
  'pseudonymised.export': ordinary,
  'staff.read': ordinary,
  'staff.grant': ordinary,
} as const satisfies Readonly<Record<string, PermissionTerms>>

export type Permission = keyof typeof permissions

export const permissionNames = Object.keys(permissions) as readonly Permission[]
