import type { Config } from '#config'
import { type DataCheck, databasesOf, roleUrls, useCluster } from '#db'
import type { Finding, Severity } from '#kernel'
import { portCheck } from '#payments'
import { type Command, type Io, UsageError } from '../command.ts'
import { checkData, liveChecks } from '../doctor/data-checks.ts'
import { checkMachine, checkServer } from '../doctor/gather.ts'
import { installationConfig } from '../installation.ts'
import { optionsAlone } from '../options.ts'
import { readProviders } from '../providers.ts'

export const command: Command = {
  summary: 'Checks this installation, changes nothing, and says what to do about each finding.',
  usage: ['doctor [--full] [--json]'],
  help: `
--full  also computes the whole chain of the audit again (minutes on a large one)
--json  one JSON object: { "findings": [{ "check", "severity", "says", "todo" }] }

Looks at the machine (disk, memory, clock, versions), the settings (address, certificate, secrets that others can read), the
database (migrations, roles, policies, guards), the invariants of the data (books, runs, memberships, decisions), the audit, the
queues, and the age of the last verified backup. It may run while Socle runs; run it every night after the backup.
Exit code 0: nothing serious. 1: something serious. 2: the call cannot be carried out.`,
  examples: [
    { call: 'npx socle doctor', says: 'lists what is wrong, the worst first, with what to do' },
    { call: 'npx socle doctor --full --json', says: 'everything, for a program that watches' },
  ],
  async run(args, io) {
    const options = optionsAlone(args, { full: 'flag', json: 'flag' })
    const findings = await examine(installationConfig(), options.full, io)
    io.out(options.json ? `${JSON.stringify({ findings }, null, 2)}\n` : textOf(findings))
    return findings.some(finding => finding.severity === 'serious') ? 1 : 0
  },
}

async function examine(config: Config, full: boolean, io: Io): Promise<Finding[]> {
  const findings = await checkMachine(config)
  try {
    findings.push(...(await examineDatabase(config, full, io)))
  } catch (error) {
    if (io.signal.aborted) throw error
    findings.push({
      check: 'database',
      severity: 'serious',
      says: `The database cannot be examined: ${error instanceof Error ? error.message : String(error)}`,
      todo: 'See whether PostgreSQL runs and DATABASE_URL is right; for the embedded one, its log is postgres.log beside its data.',
    })
  }
  const order: readonly Severity[] = ['serious', 'warning', 'notice']
  return order.flatMap(severity => findings.filter(finding => finding.severity === severity))
}

/** Opens it as it is: an examination applies no migration. */
async function examineDatabase(config: Config, full: boolean, io: Io): Promise<Finding[]> {
  const { database } = config
  const cluster = database.url ? undefined : await useCluster({ data: database.data, say: line => io.err(`${line}\n`) })
  const urls = roleUrls(database.url ?? cluster!.ownerUrl, { app: database.appUrl, worker: database.workerUrl })
  const databases = databasesOf(urls, cluster?.port, async () => cluster?.leave())
  try {
    const { findings, ready } = await checkServer(databases, config)
    // Questions of this version's tables make no sense on another schema.
    const checks = [...liveChecks, portsOf(config)]
    return ready ? [...findings, ...(await checkData(databases, checks, { full, signal: io.signal }))] : findings
  } finally {
    await databases.close()
  }
}

/** What waits for ports, by the settings as they are; where those cannot be read, that is what is found. */
function portsOf({ providers }: Config): DataCheck {
  try {
    return portCheck(readProviders(providers))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const finding = {
      check: 'provider-ports',
      severity: 'serious',
      says: `${error.message}.`,
      todo: 'Mend the file and start Socle again: until then no provider is spoken to by it.',
    } as const
    return { name: 'provider-ports', asks: 'the file of providers can be read', run: async () => [finding] }
  }
}

const MARKS: Readonly<Record<Severity, string>> = { serious: 'SERIOUS', warning: 'warning', notice: 'notice' }

function textOf(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'All is well.\n'
  const lines = findings.flatMap(({ check, severity, says, todo }) => [
    `${MARKS[severity]}  ${check}: ${says}`,
    `         ${todo}`,
  ])
  return `${lines.join('\n')}\n`
}
