import { readAnswerPieces, readAnswers } from '../iso20022/answers.ts'
import { type Pain001Version, writePain001 } from '../iso20022/pain001.ts'
import type { FilePort, ProviderOrders } from './provider-port.ts'

/** pain.001 with the one group of the provider; its answers are pain.002, camt.053 and camt.054. */
export function iso20022Port(version: Pain001Version): FilePort {
  return {
    adapter: 'iso20022',
    format: `pain.001.001.${version}`,
    write: ({ createdAt, group }: ProviderOrders) =>
      writePain001(version, {
        // The message is not the run's own file: a receiver that sees both must not take them for one.
        messageId: group.id,
        createdAt,
        initiator: group.debtor,
        count: group.count,
        total: group.total,
        groups: [group],
      }),
    read: readAnswers,
    readPieces: readAnswerPieces,
  }
}
