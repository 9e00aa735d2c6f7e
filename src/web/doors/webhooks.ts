import type { Database } from '#db'
import { type ProviderPorts, takeProviderMessage } from '#payments'
import type { WebhookAnswer, WebhookDoor } from '../webhooks/webhook-door.ts'

/** Takes what providers send by themselves. Left out, nobody is trusted. */
export function webhookDoor(
  answers: { readonly worker: Database; readonly ports: ProviderPorts; readonly clock: () => number } | undefined,
): WebhookDoor {
  return {
    payments: async (provider, message): Promise<WebhookAnswer> => {
      if (!answers) return 'untrusted'
      const { worker, ports, clock } = answers
      const taken = await takeProviderMessage({ worker, ports, now: clock() }, provider, message)
      if (taken.ok) return 'taken'
      switch (taken.refusal.code) {
        case 'provider_without_messages':
        case 'signature_missing':
        case 'signature_wrong':
        case 'not_of_now':
          return 'untrusted'
        case 'runs_not_sent':
          return 'early'
        default:
          return 'unreadable'
      }
    },
  }
}
