import { type Database, transaction, workerActor } from '#db'
import { type Provider, registerProvider } from '#payments'
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
