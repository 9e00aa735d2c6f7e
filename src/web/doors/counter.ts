import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { err, ok, parseId } from '#kernel'
import {
  type CashDue,
  type CashPaymentId,
  type CashProof,
  cashDue,
  cashPaymentOf,
  cashProofs,
  listCashWindows,
  listPoints,
  payAtPoint,
  payeeOfPayment,
} from '#payments'
import { personAsOf, personsIdentified } from '#population'
import { actorFor, appendAudit, covers, scopeOf } from '#security'
import type { CashDoor, CounterDue, CounterFound } from '../cash-door.ts'
import { amountOf } from './amount.ts'
import { accessOf, openAs, readAs, readWith } from './reader.ts'
import { todayIn } from './today.ts'
import { placeOf, wordsOf } from './words.ts'

const WINDOWS_SHOWN = 5
const PERMISSION = 'cash_payment.record'

/** The counter of a payment point. Nobody is shown before a number and a year of birth agree; every search is in the audit. */
export function counterDoor(
  app: Database,
  country: Country,
): Pick<CashDoor, 'counters' | 'counter' | 'payCash' | 'cashReceipt'> {
  return {
    async counters(reader) {
      const access = await accessOf(app, reader)
      const places = scopeOf(access.grants, PERMISSION, access.at).map(place => place.territory)
      const points = await readWith(app, access, PERMISSION, tx => listPoints(tx))
      return points
        .filter(point => !point.closed && places.some(place => covers(place, point.territory)))
        .map(({ id, name, territory }) => ({ id, name, territory: placeOf(country, territory) }))
    },
    counter: (reader, point, asked) =>
      readAs(app, reader, PERMISSION, async tx => {
        const [found] = await listPoints(tx, { point })
        if (!found) return undefined
        const today = await todayIn(tx, country)
        const windows = await listCashWindows(tx, today, { most: WINDOWS_SHOWN, provider: found.provider })
        return {
          point: { id: found.id, name: found.name, closed: found.closed },
          open: windows.filter(({ state }) => state === 'open').map(({ label, closesOn }) => ({ label, closesOn })),
          found: asked && (await lookFor(tx, country, found.id, asked)),
        }
      }),
    async payCash(reader, said) {
      const access = await accessOf(app, reader)
      const [id, point, run] = [parseId<'cash-payment'>(said.id), parseId(said.point), parseId<'payment-run'>(said.run)]
      const position = /^[1-9]\d{0,7}$/.test(said.position) ? Number(said.position) : undefined
      if (!id || !point || !run || position === undefined) return err({ code: 'payment_malformed' })
      const proof = cashProofs.find(each => each === said.proof) ?? null
      return transaction(app, actorFor(access, PERMISSION), async tx => {
        const asked = { id, point, run, position, proof, today: await todayIn(tx, country) }
        const paid = await payAtPoint(tx, asked)
        return paid.ok ? ok(id as CashPaymentId) : paid
      })
    },
    cashReceipt: (reader, point, payment) =>
      openAs(app, reader, PERMISSION, async tx => {
        const found = await cashPaymentOf(tx, point, payment)
        if (!found) return undefined
        const { endToEndId, payee, territory, currency, purposes, pointTerritory, at, ...rest } = found
        return {
          value: {
            ...rest,
            proof: rest.proof as CashProof,
            number: endToEndId,
            amount: amountOf(rest.amount, currency),
            at: at.toISOString(),
            programmes: purposes.map(purpose => country.book.packs.get(purpose)?.names ?? wordsOf(purpose)),
            place: placeOf(country, pointTerritory),
          },
          act: {
            action: 'cash_payment.read',
            subject: { kind: 'person', id: payee },
            territory,
            purpose: 'payment: receipt at a payment point',
            detail: { payment },
          },
        }
      }),
  }
}

/** A unique number, an alias, a document, a telephone or the number of the payment; and the year of birth that goes with it. */
async function lookFor(
  tx: Transaction,
  country: Country,
  point: string,
  { who, year }: { readonly who: string; readonly year: string },
): Promise<CounterFound> {
  const named = await payeeOfPayment(tx, who)
  const persons = named ? [named] : await personsIdentified(tx, country.code, who)
  const known: string[] = []
  for (const person of persons) {
    const state = await personAsOf(tx, person as Parameters<typeof personAsOf>[1], FOREVER)
    if (state?.birthDate?.slice(0, 4) === year.trim()) known.push(person)
  }
  const due = await cashDue(tx, point, known, await todayIn(tx, country))
  for (const payee of known) {
    await appendAudit(tx, {
      action: 'cash_payment.search',
      subject: { kind: 'person', id: payee },
      purpose: 'payment: cash is collected at payment points',
      detail: { point, due: due.filter(one => one.payee === payee).length },
    })
  }
  if (known.length === 0) return { is: 'nobody' }
  return due.length === 0 ? { is: 'nothing_due' } : { is: 'due', due: due.map(one => counterDue(one)) }
}

/** As the register is now. */
const FOREVER = new Date('9999-01-01T00:00:00Z')

function counterDue({ payee: _payee, territory: _territory, currency, expectedAt, paid, ...due }: CashDue): CounterDue {
  return {
    ...due,
    amount: amountOf(due.amount, currency),
    expectedAt: expectedAt ?? undefined,
    paid: paid ? { ...paid, at: paid.at.toISOString() } : undefined,
  }
}
