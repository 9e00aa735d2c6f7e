/** What programs outside say by themselves, and what proves that they do. */
export type WebhookDoor = {
  /** Answers of a payment provider with an interface. */
  readonly payments: (provider: string, message: WebhookMessage) => Promise<WebhookAnswer>
}

/** A message with its signature, as its headers write them: '' where there is none. */
export type WebhookMessage = {
  readonly method: string
  readonly path: string
  readonly timestamp: string
  readonly signature: string
  readonly key: string
  readonly body: Uint8Array
}

/**
 * `taken`: recorded now or before. `untrusted`: nothing proves who sent it. `early`: it answers what has not left yet, and may come
 * again. `unreadable`: it is not as agreed.
 */
export type WebhookAnswer = 'taken' | 'untrusted' | 'early' | 'unreadable'
