// Reconciling two lists drawn from a seed with their truth: how right the pairs are, and how long it takes.
import { reconcile } from '#payments'
import { type Difficulty, reconciliationSample } from '../test/reconciliation-sample.ts'
import { type Benchmark, thousands, timed } from './benchmark.ts'

const SIZES = [1_000, 10_000]
const NATION = 100_000

export const benchmark: Benchmark = async ({ nation, print }) => {
  for (const difficulty of ['easy', 'realistic', 'hard', 'grant'] as const satisfies readonly Difficulty[]) {
    for (const size of nation ? [...SIZES, NATION] : SIZES) {
      const { left, right, truth } = reconciliationSample(difficulty, size, 7)
      const before = process.cpuUsage()
      const { seconds, value } = await timed(() => reconcile(left, right))
      const spent = process.cpuUsage(before)
      const pairs = value.findings.filter(one => one.left !== null && one.right !== null)
      const agreed = pairs.filter(one => truth.has(`${left[one.left!]!.id} ${right[one.right!]!.id}`)).length
      const figures = [
        `precision ${(agreed / pairs.length).toFixed(4)}`,
        `recall ${(agreed / truth.size).toFixed(4)}`,
        `F1 ${((2 * agreed) / (pairs.length + truth.size)).toFixed(4)}`,
        `${seconds.toFixed(1)} s (processor ${((spent.user + spent.system) / 1e6).toFixed(1)} s)`,
      ]
      print(`${difficulty}, ${thousands(left.length)} with ${thousands(right.length)} lines: ${figures.join(', ')}`)
    }
  }
}
