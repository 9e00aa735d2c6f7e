import { type Country, type EntryChannel, opensIn, type ProgrammeTerms } from '#countries'
import { type DateText, err, type Id, isWithin, type Month, monthOf, ok, type Result, type Words } from '#kernel'
import type { EnrolmentNow, EnrolmentState } from './enrolment.ts'

/** A window in which applications are taken: of the terms, or opened in the console. */
export type Campaign = {
  readonly code: string
  readonly names: Words
  /** Null where no source says the day. */
  readonly from: DateText | null
  readonly to: DateText | null
  /** `''`: the whole country. */
  readonly territory: string
}

export type ApplicationAsked = {
  readonly id: Id<'Application'>
  readonly household: Id<'Household'>
  readonly pack: string
  readonly channel: Exclude<EntryChannel, 'register'>
  /** Today: an application is of the day on which it is made. */
  readonly on: DateText
}

/** Why an application is not taken, in order of precedence. */
export type ApplicationRefusal =
  | { readonly code: 'programme_without_terms'; readonly pack: string }
  | { readonly code: 'programme_over'; readonly until: Month }
  | { readonly code: 'not_open_yet'; readonly opens: Month }
  | { readonly code: 'channel_closed'; readonly open: readonly EntryChannel[] }
  /** It takes applications in campaigns, and none is open here today; `next`: when one opens, where that is known. */
  | { readonly code: 'no_campaign_open'; readonly next: DateText | null }
  /** It is in already, or on its way. */
  | { readonly code: 'already_asked'; readonly state: EnrolmentState; readonly since: Month }
  /** The household has said nothing that counts in the month. */
  | { readonly code: 'nothing_declared' }
  | { readonly code: 'household_unknown' }

export const APPLICATION_REFUSALS = [
  'programme_without_terms',
  'programme_over',
  'not_open_yet',
  'channel_closed',
  'no_campaign_open',
  'already_asked',
  'nothing_declared',
  'household_unknown',
] as const satisfies readonly ApplicationRefusal['code'][]

/** Whether an application may be made today; the campaign in which it is taken, null where none is needed. */
export function decideApplication(
  country: Country,
  asked: Pick<ApplicationAsked, 'pack' | 'channel' | 'on'>,
  found: {
    readonly territory: string
    readonly now: EnrolmentNow | undefined
    readonly campaigns: readonly Campaign[]
  },
): Result<{ readonly terms: ProgrammeTerms; readonly campaign: string | null }, ApplicationRefusal> {
  const { pack, channel, on } = asked
  const terms = country.programmes.get(pack)
  if (terms === undefined) return err({ code: 'programme_without_terms', pack })
  const month = monthOf(on)
  const until = (country.book.packs.get(pack)?.life.to ?? null) as Month | null
  if (until !== null && month > until) return err({ code: 'programme_over', until })
  const opens = opensIn(terms, country.book)
  if (opens !== null && month < opens) return err({ code: 'not_open_yet', opens })
  if (terms.channels !== null && !terms.channels.open.includes(channel))
    return err({ code: 'channel_closed', open: terms.channels.open })
  const here = found.campaigns.filter(({ territory }) => territory === '' || isWithin(found.territory, territory))
  const campaign = here.find(each => (each.from === null || each.from <= on) && (each.to === null || on <= each.to))
  if (campaign === undefined && terms.byCampaign) return err({ code: 'no_campaign_open', next: nextOf(here, on) })
  const { now } = found
  if (now && now.state !== 'refused' && now.state !== 'exited')
    return err({ code: 'already_asked', state: now.state, since: now.since ?? now.effectiveMonth })
  return ok({ terms, campaign: campaign?.code ?? null })
}

function nextOf(campaigns: readonly Campaign[], on: DateText): DateText | null {
  const later = campaigns.flatMap(({ from }) => (from !== null && from > on ? [from] : []))
  return later.toSorted()[0] ?? null
}
