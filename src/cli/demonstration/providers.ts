import { type Database, type Databases, type StaffActor, transaction, workerActor } from '#db'
import { agreeToCashWay, type Provider, registerProvider, sayCashWay } from '#payments'
import { idFrom } from './id-from.ts'
import { settled } from './settled.ts'

const debtor = { debtorName: 'Fonds de demonstration', debtorAccount: 'DEMO-0001' }

/** Invented providers: no bank, wallet or network of payment points bears these names. */
export const PROVIDERS: Readonly<Record<'bank' | 'mobile' | 'cash', Provider>> = {
  bank: { code: 'demo-bank', name: 'Banque de demonstration', kind: 'bank', bic: 'DEMOMAMCXXX', ...debtor },
  mobile: { code: 'demo-mobile', name: 'Portefeuille de demonstration', kind: 'mobile', bic: null, ...debtor },
  cash: { code: 'demo-points', name: 'Points de paiement de demonstration', kind: 'cash', bic: null, ...debtor },
}

export async function registerProviders(worker: Database): Promise<void> {
  await transaction(worker, workerActor('demonstration'), async tx => {
    for (const provider of Object.values(PROVIDERS)) settled(await registerProvider(tx, provider))
  })
}

/** Cash of the demonstration is handed over at the counter of the console: one says so, another agrees. */
export async function payAtTheCounter(
  { app }: Pick<Databases, 'app'>,
  { maker, checker }: { readonly maker: StaffActor; readonly checker: StaffActor },
): Promise<void> {
  const provider = PROVIDERS.cash.code
  const id = idFrom<'cash-way'>('demonstration', provider)
  await transaction(app, maker, async tx => settled(await sayCashWay(tx, { id, provider, way: 'counter' })))
  await transaction(app, checker, async tx => settled(await agreeToCashWay(tx, id)))
}
