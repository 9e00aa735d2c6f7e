import { sql } from 'kysely'
import type { Country } from '#countries'
import { jsonb, type Transaction } from '#db'
import { type DateText, err, type Id, ok, type Result, type Words } from '#kernel'
import { appendAudit } from '#security'
import type { Campaign } from './application.ts'

/** The campaigns of a programme: those of its terms, and those opened in the console, the latest first. */
export async function campaignsOf(
  tx: Transaction,
  country: Country,
  pack: string,
): Promise<readonly (Campaign & { readonly opened: boolean })[]> {
  const { rows } = await sql<Omit<Campaign, never>>`
    select id::text as code, names, opens_on as from, closes_on as to, territory from programmes.campaign
    where pack = ${pack} order by opens_on desc, id desc`.execute(tx)
  const stated = country.programmes.get(pack)?.campaigns ?? []
  return [
    ...rows.map(row => ({ ...row, opened: true })),
    ...stated.map(({ code, names, from, to }) => ({ code, names, from, to, territory: '', opened: false })),
  ]
}

export type CampaignAsked = {
  readonly id: Id<'Campaign'>
  readonly pack: string
  readonly territory: string
  readonly names: Words
  readonly opensOn: DateText
  readonly closesOn: DateText
}

/** Why a campaign is not opened, in order of precedence. */
export type CampaignRefusal =
  | { readonly code: 'programme_without_terms'; readonly pack: string }
  | { readonly code: 'closes_before_it_opens' }
  /** Nobody applies in the past. */
  | { readonly code: 'closed_already' }
  | { readonly code: 'name_missing' }
  | { readonly code: 'territory_unknown'; readonly territory: string }

/** Opens a window in which applications are taken; the same id again changes nothing. Who may is the caller's to ask. */
export async function openCampaign(
  tx: Transaction,
  country: Country,
  asked: CampaignAsked,
  today: DateText,
): Promise<Result<undefined, CampaignRefusal>> {
  const { id, pack, territory, names, opensOn, closesOn } = asked
  if (!country.programmes.has(pack)) return err({ code: 'programme_without_terms', pack })
  if (closesOn < opensOn) return err({ code: 'closes_before_it_opens' })
  if (closesOn < today) return err({ code: 'closed_already' })
  if (Object.values(names).some(name => name.trim() === '')) return err({ code: 'name_missing' })
  if (territory !== '' && !country.territories.find(territory)) return err({ code: 'territory_unknown', territory })
  const { numAffectedRows } = await sql`
    insert into programmes.campaign (id, pack, territory, names, opens_on, closes_on)
    values (${id}, ${pack}, ${territory}, ${jsonb(names)}, ${opensOn}, ${closesOn}) on conflict (id) do nothing`.execute(
    tx,
  )
  if (numAffectedRows === 1n) {
    await appendAudit(tx, {
      action: 'campaign.open',
      subject: { kind: 'campaign', id },
      territory,
      purpose: 'determination: campaigns',
      detail: { pack, opensOn, closesOn },
    })
  }
  return ok(undefined)
}
