import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { findHouseholdFile } from '#households'
import { type Currency, type DateText, err, type Id, monthOf, ok, parseMoney } from '#kernel'
import {
  type Application,
  applicationsOf,
  applyFor,
  type ConditionStepTaken,
  campaignsOf,
  changeEnrolments,
  conditionStepsOf,
  decideApplication,
  enrolmentSteps,
  enrolmentsOf,
  exceptionalOf,
  explainApplication,
  proposeExceptional,
} from '#programmes'
import { actorFor, namesOfActors, type StaffAccess } from '#security'
import type { HouseholdProgramme, ProgrammeDoor } from '../programme-door.ts'
import { maybeAmount } from './amount.ts'
import { conditionLabel, enrolmentRow, exceptionRow } from './enrolment-events.ts'
import { mayIn, opened } from './household.ts'
import { accessOf, openWith } from './reader.ts'
import { refusalWords } from './run.ts'
import { todayIn } from './today.ts'
import { wordsOf } from './words.ts'

type Door = Pick<ProgrammeDoor, 'householdProgrammes' | 'applyForProgramme' | 'changeEnrolment' | 'proposeException'>

/** A household in its programmes, and what is done about it at a desk. */
export function householdProgrammesDoor(app: Database, country: Country): Door {
  const acting = async <Value>(
    reader: Parameters<Door['applyForProgramme']>[0],
    permission: 'enrolment.write' | 'enrolment.decide',
    household: Id<'Household'>,
    work: (tx: Transaction) => Promise<Value>,
  ) => {
    const access = await accessOf(app, reader)
    return transaction(app, actorFor(access, permission), async tx => {
      const file = await findHouseholdFile(tx, household)
      return file?.country === country.code ? work(tx) : err({ code: 'not_granted' } as const)
    })
  }
  return {
    householdProgrammes: async (reader, id) => {
      const access = await accessOf(app, reader)
      return openWith(app, access, 'determination.read', async tx => {
        const file = await findHouseholdFile(tx, id)
        if (file?.country !== country.code) return undefined
        const on = await todayIn(tx, country)
        const value = {
          household: id,
          sourceId: file.sourceId,
          month: monthOf(on),
          programmes: await readProgrammes(tx, country, { id, territory: file.territory, on, channel: 'desk' }),
          ...mayHere(access, file.territory),
        }
        return { value, act: opened(file, 'programmes of a household') }
      })
    },
    applyForProgramme: (reader, asked) =>
      acting(reader, 'enrolment.write', asked.household, async tx => {
        const done = await applyFor(tx, country, { ...asked, channel: 'desk', on: await todayIn(tx, country) })
        return done.ok ? ok({ state: done.value.state }) : done
      }),
    changeEnrolment: async (reader, { household, says, ...asked }) => {
      if (says.trim() === '') return err({ code: 'says_missing' })
      return acting(reader, 'enrolment.decide', household, async tx => {
        const done = await changeEnrolments(tx, {
          ...asked,
          country,
          says: says.trim(),
          which: { households: [household] },
        })
        if (!done.ok) return done
        const { counts } = done.value
        if (counts.not_from_here) return err({ code: 'not_from_here', change: asked.change, state: null })
        return ok(undefined)
      })
    },
    proposeException: async (reader, { amount, ...asked }) => {
      const currency = country.book.packs.get(asked.pack)?.currency as Currency | undefined
      const typed =
        amount.trim() === '' || !currency
          ? undefined
          : parseMoney(amount.replaceAll(/\s/g, '').replace(',', '.'), currency)
      if (typed && !typed.ok) return err({ code: 'amount_malformed' })
      const amountMinor = typed?.ok ? typed.value.minor : null
      return acting(reader, 'enrolment.decide', asked.household, async tx =>
        proposeExceptional(tx, country, { ...asked, amountMinor }, monthOf(await todayIn(tx, country))),
      )
    },
  }
}

function mayHere(access: StaffAccess, territory: string) {
  return {
    mayApply: mayIn(access, 'enrolment.write', territory),
    mayDecide: mayIn(access, 'enrolment.decide', territory),
  }
}

/** Programmes that take families in today, and those in which the household ever was. */
export async function readProgrammes(
  tx: Transaction,
  country: Country,
  of: {
    readonly id: Id<'Household'>
    readonly territory: string
    readonly on: DateText
    readonly channel: 'desk' | 'web'
  },
): Promise<readonly HouseholdProgramme[]> {
  const { id: household, territory, on, channel } = of
  const steps = await enrolmentSteps(tx, household)
  const names = await namesOfActors(
    tx,
    steps.map(step => step.recordedBy),
  )
  const now = await enrolmentsOf(tx, { households: [household], month: monthOf(on) })
  const applications = await applicationsOf(tx, { household })
  const exceptions = await exceptionalOf(tx, household)
  const followed = await conditionStepsOf(tx, household)
  const found: HouseholdProgramme[] = []
  for (const { pack } of country.programmes.values()) {
    const law = country.book.packs.get(pack)
    const own = steps.filter(each => each.pack === pack)
    const ended = law?.life.to !== undefined && law.life.to !== null && monthOf(on) > law.life.to
    const conditions = conditionRows(
      country,
      followed.filter(each => each.pack === pack),
    )
    if (ended && own.length === 0 && conditions.length === 0) continue
    const last = own[0]
    const may = decideApplication(
      country,
      { pack, channel, on },
      {
        territory,
        campaigns: await campaignsOf(tx, country, pack),
        now: last && { state: last.state, sequence: last.sequence, effectiveMonth: last.month, since: null },
      },
    )
    found.push({
      pack,
      name: law?.names ?? wordsOf(pack),
      // Somebody enrolled from next month has been heard: the last change says so, with its month.
      state: now.find(each => each.pack === pack)?.state ?? last?.state ?? null,
      steps: own.map(step => enrolmentRow(country, step, names)),
      applications: await applicationRows(
        tx,
        country,
        applications.filter(each => each.pack === pack),
      ),
      exceptions: exceptions.filter(each => each.pack === pack).map(exceptionRow),
      conditions,
      refusal: may.ok ? null : may.refusal,
      pays: law?.amount?.direction === 'receives',
    })
  }
  return found
}

/** The rows come latest first: the last step of each condition stands. */
function conditionRows(country: Country, steps: readonly ConditionStepTaken[]): HouseholdProgramme['conditions'] {
  return steps
    .filter((step, index) => steps.findIndex(other => other.code === step.code) === index)
    .map(({ pack, code, month, step }) => ({ code, label: conditionLabel(country, pack, code), month, step }))
}

/** Applications in words, the last with the figures of the household where what it was decided on still stands. */
async function applicationRows(tx: Transaction, country: Country, [last, ...before]: readonly Application[]) {
  if (!last) return []
  const row = applicationRow(country, last)
  const refusals = last.outcome === 'not_eligible' ? await explainApplication(tx, country, last) : undefined
  return [refusals ? { ...row, refusals } : row, ...before.map(each => applicationRow(country, each))]
}

function applicationRow(country: Country, application: Application): HouseholdProgramme['applications'][number] {
  const law = country.book.packs.get(application.pack)
  return {
    on: application.on as never,
    channel: application.channel,
    outcome: application.outcome,
    amount: maybeAmount(application.amountMinor, application.currency),
    refusals: application.refusals.map(code => refusalWords(law, code)),
    missing: application.missing,
  }
}
