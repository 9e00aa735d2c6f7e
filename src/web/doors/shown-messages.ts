import type { MessageSender, ShownMessage } from '../own-file.ts'

const KEPT = 50

/** Messages of a demonstration: shown on a page instead of being sent to anybody, and forgotten when the program ends. */
export function createShownMessages(now: () => Date): {
  readonly send: MessageSender
  readonly messages: () => readonly ShownMessage[]
} {
  const kept: ShownMessage[] = []
  return {
    async send({ to, text }) {
      kept.unshift({ at: now().toISOString(), to, text })
      kept.splice(KEPT)
    },
    messages: () => [...kept],
  }
}
