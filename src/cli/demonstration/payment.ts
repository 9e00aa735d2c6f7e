import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Database, type StaffActor, transaction, workerActor } from '#db'
import { type DateText, firstDay, type Month } from '#kernel'
import { approveRun, markRunSent, openBudgetLine, prepareRun, type Run } from '#payments'
import { payableFor } from '#programmes'
import { writePaymentFile } from '../payment-file.ts'
import { idFrom } from './id-from.ts'
import { settled } from './settled.ts'

/**
 * The State's budget for direct social assistance in 2026, in centimes, for all households of the census of 2024
 * (reference M31 and P2): the demonstration gives its own households their share of it.
 */
const NATIONAL_ENVELOPE = 2_900_000_000_000n
const NATIONAL_HOUSEHOLDS = 9_275_038n

export type PaymentPlan = {
  readonly pack: string
  readonly label: string
  readonly month: Month
  readonly households: number
  /** Told apart from other demonstrations in the same database. */
  readonly seed: number
  readonly today: DateText
  readonly maker: StaffActor
  readonly checker: StaffActor
  /** Folder in which payment files are written. */
  readonly folder: string
}

/** One month paid: budget line, run drafted by one, approved by another, payment file written, run sent. Asking again changes nothing. */
export async function payMonth(worker: Database, plan: PaymentPlan): Promise<Run> {
  const line = `DEMO-${plan.seed}-${plan.households}-${plan.month.slice(0, 4)}`
  const envelope = (NATIONAL_ENVELOPE * BigInt(plan.households)) / NATIONAL_HOUSEHOLDS
  await transaction(worker, workerActor('demonstration'), async tx => {
    settled(
      await openBudgetLine(
        tx,
        { code: line, funder: 'Budget general (demonstration)', label: plan.label, currency: 'MAD' },
        { id: idFrom(line, 'envelope'), amount: envelope },
      ),
    )
  })
  const id = idFrom<'payment-run'>(line, plan.pack, plan.month)
  const accountsOn = plan.today
  const request = { id, budgetLine: line, label: plan.label, period: plan.month, currency: 'MAD', accountsOn } as const
  const { run } = await transaction(worker, plan.maker, async tx =>
    settled(await prepareRun(tx, request, { select: payableFor(plan.pack, plan.month) })),
  )
  await transaction(worker, plan.checker, async tx => settled(await approveRun(tx, id)))
  await writeFile(worker, plan, run)
  await transaction(worker, plan.checker, async tx => settled(await markRunSent(tx, id)))
  return run
}

async function writeFile(worker: Database, plan: PaymentPlan, run: Run): Promise<void> {
  await mkdir(plan.folder, { recursive: true, mode: 0o700 })
  const terms = {
    run: run.id,
    version: '03',
    createdAt: `${plan.today}T08:00:00Z`,
    executionDate: firstDay(plan.month),
    // Nobody is really paid: no provider of the installation is spoken to.
    ports: new Map(),
  } as const
  settled(await writePaymentFile(worker, plan.maker, terms, join(plan.folder, `${run.reference}.xml`)))
}
