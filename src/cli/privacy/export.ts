import { once } from 'node:events'
import { createWriteStream, rmSync, writeFileSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { transaction } from '#db'
import { type Month, newId, parseId, parseMonth } from '#kernel'
import { type ExportMade, type ExportRefusal, exportContent, exportPseudonymised } from '#privacy'
import { type ProposalId, propose } from '#security'
import { takePseudonymKey } from '../column-key.ts'
import { type ExitCode, type Io, UsageError } from '../command.ts'
import { installationConfig, installationCountry, withDatabase } from '../installation.ts'
import { required, wholeNumber } from '../options.ts'
import { grouped } from '../progress.ts'
import { actingAs } from '../staff.ts'

export type ExportOptions = Partial<
  Record<'purpose' | 'unit' | 'month' | 'facts' | 'pack' | 'k' | 'out' | 'as' | 'why' | 'proposal', string | undefined>
>

/** `socle privacy export`: a CSV file with pseudonyms, and beside it what it holds. */
export async function exportCommand(options: ExportOptions, io: Io): Promise<ExitCode> {
  const purpose = required(options.purpose, 'purpose', 'research-2026')
  const path = required(options.out, 'out', 'research-2026-12.csv')
  const request = {
    purpose,
    unit: unitOf(options.unit),
    month: monthOf(required(options.month, 'month', '2026-12')),
    facts: (options.facts ?? '').split(',').filter(name => name !== ''),
    pack: options.pack,
    proposal: proposalOf(options.proposal),
    ...(options.k !== undefined && { k: wholeNumber(options.k, 'k', 1, 1000) }),
  }
  const config = installationConfig()
  const country = installationCountry()
  const master = takePseudonymKey(config)
  const made = await withDatabase(io, async ({ app, worker }) => {
    const by = (await actingAs(app, options.as, 'privacy export'))('pseudonymised.export')
    const out = createWriteStream(path, { flags: 'wx', mode: 0o600 })
    await once(out, 'open').catch(error => {
      throw new UsageError(`${path} cannot be written: ${error.message}`)
    })
    const write = async (piece: string) => {
      io.signal.throwIfAborted()
      if (!out.write(piece)) await once(out, 'drain')
    }
    const answer = await exportPseudonymised(worker, master, { ...request, country, by }, write)
    out.end()
    await finished(out)
    if (!answer.ok && answer.refusal.code === 'needs_second_person' && options.why !== undefined) {
      const { households } = answer.refusal
      const proposal = {
        id: newId<'Proposal'>(),
        kind: 'pseudonymised_export',
        territory: '',
        says: options.why,
      } as const
      const content = exportContent({ ...request, country, by })
      await transaction(app, by, tx => propose(tx, { ...proposal, content, households }))
      io.out(`Proposed; once somebody else approves it on /console/proposals, say --proposal ${proposal.id}\n`)
      return undefined
    }
    return answer
  })
  if (!made) {
    rmSync(path)
    return 0
  }
  if (!made.ok) {
    rmSync(path)
    throw new UsageError(refusalText(made.refusal))
  }
  writeFileSync(`${path}.json`, `${JSON.stringify({ country: country.code, ...request, ...made.value }, null, 2)}\n`)
  io.out(`${summary(path, made.value)}\n`)
  return 0
}

function summary(path: string, { rows, suppressed, k, sha256 }: ExportMade): string {
  const left = `${grouped(suppressed.rows)} left out in ${grouped(suppressed.cells)} groups of fewer than ${k}`
  return `${path}: ${grouped(rows)} rows; ${left}. sha256 ${sha256}`
}

function unitOf(said = 'household'): 'household' | 'member' {
  if (said !== 'household' && said !== 'member') throw new UsageError(`--unit takes household or member, not ${said}`)
  return said
}

function proposalOf(said: string | undefined): ProposalId | undefined {
  const id = said === undefined ? undefined : parseId<'Proposal'>(said)
  if (said !== undefined && !id) throw new UsageError(`--proposal takes the id of a proposal, not ${said}`)
  return id
}

function monthOf(said: string): Month {
  const month = parseMonth(said)
  if (month === undefined) throw new UsageError(`--month takes a month such as 2026-12, not ${said}`)
  return month
}

function refusalText(refusal: ExportRefusal): string {
  switch (refusal.code) {
    case 'purpose_not_a_name':
      return `--purpose takes a name of small letters, digits and hyphens such as research-2026, not ${refusal.purpose}`
    case 'fact_unknown':
      return `the catalogue has no fact ${refusal.fact} of this unit; see packs/*/facts.yaml`
    case 'group_too_small':
      return `--k takes ${refusal.least} or more, not ${refusal.k}: smaller groups do not hide anybody`
    case 'needs_second_person':
      return `${grouped(refusal.households)} households are more than ${grouped(refusal.most)}: say --why, and somebody else approves it in the console`
    case 'proposal_not_usable':
      return `this proposal does not allow this export: ${refusal.why.replaceAll('_', ' ')}`
    case 'not_decided':
      return `${refusal.pack} has no finished determination for ${refusal.month}`
  }
}
