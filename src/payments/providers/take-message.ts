import { type Database, transaction, workerActor } from '#db'
import { err, type Result } from '#kernel'
import { type AnswersRefusal, type ImportedAnswers, importAnswers } from '../answers/import-answers.ts'
import type { ProviderPorts, SignedMessage, Trust } from './provider-port.ts'

/** Refusals of a message that says it comes from a provider, in order of precedence. */
export type MessageRefusal = { readonly code: Exclude<Trust, 'trusted'> | 'provider_without_messages' } | AnswersRefusal

/**
 * Takes answers that a provider sends by itself, once it is certain that it did. The same bytes again change nothing, whether the
 * provider sends them twice or somebody who copied them.
 */
export async function takeProviderMessage(
  { worker, ports, now }: { readonly worker: Database; readonly ports: ProviderPorts; readonly now: number },
  provider: string,
  message: SignedMessage,
): Promise<Result<ImportedAnswers, MessageRefusal>> {
  const port = ports.get(provider)
  if (port?.adapter !== 'http') return err({ code: 'provider_without_messages' })
  const trust = port.trusts(message, now)
  if (trust !== 'trusted') return err({ code: trust })
  return transaction(worker, workerActor('providers'), tx => importAnswers(tx, provider, message.body, port.read))
}
