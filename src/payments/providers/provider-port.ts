import type { Currency, Result } from '#kernel'
import type { AnswerFile, AnswerRefusal } from '../iso20022/answers.ts'
import type { PaymentGroup } from '../iso20022/pain001.ts'

/** What one provider is ordered to pay by a run. */
export type ProviderOrders = {
  /** Reference of the run. */
  readonly reference: string
  /** `2026-12-20T08:00:00Z`: the time of the run's own file, so that the same run gives the same bytes. */
  readonly createdAt: string
  readonly currency: Currency
  readonly group: PaymentGroup
}

/** How a provider's answers are read, whatever way they came. */
export type ReadsAnswers = (bytes: Uint8Array) => Result<AnswerFile, AnswerRefusal>

/** The same for a file that comes in stretches: its answers some at a time; a refusal is the last that comes. */
export type ReadsAnswerPieces = (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Result<AnswerFile, AnswerRefusal>>

/** A provider that takes a file and answers by files, carried by people or by a transfer of files. */
export type FilePort = {
  readonly adapter: 'iso20022' | 'csv'
  /** `pain.001.001.03`, `csv`. */
  readonly format: string
  readonly write: (orders: ProviderOrders) => AsyncIterable<string>
  readonly read: ReadsAnswers
  readonly readPieces: ReadsAnswerPieces
}

/** A batch of payments as it goes over the wire. The same batch is the same bytes under the same key, however often it goes. */
export type WireBatch = { readonly key: string; readonly body: string }

/** What became of an attempt to hand a batch over, or to ask about it. */
export type WireAnswer =
  /** The provider has the batch; `report` says what became of payments, where it says so. */
  | { readonly outcome: 'accepted'; readonly report: Uint8Array }
  /** Nobody knows whether it has: it is handed over again, under the same key. */
  | { readonly outcome: 'failed'; readonly why: string }

/** A provider with an interface of its own: batches out, answers asked for or sent to us. */
export type WirePort = {
  readonly adapter: 'http'
  readonly format: string
  /** Of its address the host alone: `wallet.example`. What follows may say more than a page should. */
  readonly host: string
  /** Most payments in one batch. */
  readonly batch: number
  /** Seconds between two questions about a young batch. */
  readonly askSeconds: number
  /** @param now the instant that the signature carries, in milliseconds */
  readonly send: (batch: WireBatch, now: number, signal?: AbortSignal) => Promise<WireAnswer>
  readonly ask: (key: string, now: number, signal?: AbortSignal) => Promise<WireAnswer>
  /** Whether a message that says it comes from the provider does, and is fresh. */
  readonly trusts: (message: SignedMessage, now: number) => Trust
  readonly read: ReadsAnswers
}

/** A message with what proves where it comes from. */
export type SignedMessage = {
  readonly method: string
  readonly path: string
  /** As its headers write them; '' where there is none. */
  readonly timestamp: string
  readonly signature: string
  readonly key: string
  readonly body: Uint8Array
}

export type Trust = 'trusted' | 'signature_missing' | 'not_of_now' | 'signature_wrong'

/** One provider, as it is spoken to: formats and lines differ, what is ordered and answered does not. */
export type ProviderPort = FilePort | WirePort

/** Ports of the installation by the code of their provider. Who is not named takes ISO 20022 files. */
export type ProviderPorts = ReadonlyMap<string, ProviderPort>
