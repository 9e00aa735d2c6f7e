import type { RepeatedTask } from '#db'
import { type Agenda, askAboutBatches, handOverBatches } from './hand-over.ts'
import type { ProviderPorts } from './provider-port.ts'

const PAUSE_MS = 1000

/**
 * What a worker does for providers with an interface: hands batches over, and asks what became of them. Nothing where there is no
 * such provider.
 * @param clock the instant, in milliseconds
 */
export function handingOver(ports: ProviderPorts, clock: () => number): readonly RepeatedTask[] {
  if (![...ports.values()].some(port => port.adapter === 'http')) return []
  const agenda: Agenda = new Map()
  return [
    { pauseMs: PAUSE_MS, run: (worker, signal) => handOverBatches({ worker, ports, clock, signal }) },
    { pauseMs: PAUSE_MS, run: (worker, signal) => askAboutBatches({ worker, ports, clock, signal }, agenda) },
  ]
}
