import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { startSimulator } from '#payments'
import { type Command, type ExitCode, UsageError } from '../command.ts'
import { readOptions, required, wholeNumber } from '../options.ts'

export const command: Command = {
  summary: 'A payment provider to try with: pays, refuses, delays, loses and doubles what it says, by a seed.',
  usage: ['provider simulate --books FILE --secret-file FILE [--seed N] [--port P] [--webhook URL] [--slowest MS]'],
  help: `
--books        its own books, a file that it goes on from when it is started again
--secret-file  a file with the secret that signs both ways, at least 32 characters: that of SOCLE_PROVIDERS
--seed         what it does to whom (1 unless said): the same seed treats the same payments alike
--port         where it listens on this machine (4310 unless said)
--webhook      where it sends answers by itself, such as http://127.0.0.1:3000/webhooks/payments/wallet
--slowest      the longest that a payment or a message waits, in milliseconds (20000 unless said)

It takes batches under an idempotency key (POST /batches), says what became of them (GET /batches/KEY), and shows its books
(GET /books). It moves no money: it is for trying, and for tests.`,
  examples: [
    {
      call: 'npx socle provider simulate --books wallet.books --secret-file wallet.secret --seed 7',
      says: 'a mobile-money operator on this machine, until stopped',
    },
  ],
  async run(args, io): Promise<ExitCode> {
    const { options, words } = readOptions(args, {
      books: 'text',
      'secret-file': 'text',
      seed: 'text',
      port: 'text',
      webhook: 'text',
      slowest: 'text',
    })
    if (words.join(' ') !== 'simulate') throw new UsageError('provider takes simulate')
    const books = required(options.books, 'books', 'wallet.books')
    const secret = secretIn(required(options['secret-file'], 'secret-file', 'wallet.secret'))
    if (options.webhook !== undefined && !URL.canParse(options.webhook)) {
      throw new UsageError(`--webhook takes an address such as http://127.0.0.1:3000/webhooks/payments/wallet`)
    }
    const simulator = await startSimulator({
      seed: wholeNumber(options.seed ?? '1', 'seed', 0, 2 ** 31),
      host: '127.0.0.1',
      port: wholeNumber(options.port ?? '4310', 'port', 0, 65535),
      books,
      secret,
      webhook: options.webhook,
      slowestMs: wholeNumber(options.slowest ?? '20000', 'slowest', 0, 86_400_000),
      clock: Date.now,
    })
    io.err(`The simulator is ready at ${simulator.url}. Ctrl-C stops it.\n`)
    if (!io.signal.aborted) await once(io.signal, 'abort')
    await simulator.close()
    return 0
  },
}

function secretIn(path: string): string {
  let secret: string
  try {
    secret = readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw new UsageError(`--secret-file cannot be read: ${(error as Error).message}`)
  }
  if (secret.length < 32) throw new UsageError('the secret has at least 32 characters, drawn at random')
  return secret
}
