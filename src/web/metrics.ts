import { isConsole } from './security-headers.ts'

const bounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const

type Series = { count: number; sum: number; readonly buckets: number[] }

/** Counts of pages by face and status, and how long they took, in Prometheus text (format 0.0.4). */
export function createMetrics() {
  const series = new Map<string, Series>()
  return {
    observe(path: string, status: number, seconds: number): void {
      const labels = `face="${isConsole(path) ? 'console' : 'citizen'}",status="${status}"`
      const own = series.get(labels) ?? { count: 0, sum: 0, buckets: bounds.map(() => 0) }
      series.set(labels, own)
      own.count++
      own.sum += seconds
      bounds.forEach((bound, index) => {
        if (seconds <= bound) own.buckets[index]!++
      })
    },
    text(): string {
      const lines = [
        '# HELP socle_pages_seconds Time to answer a page, by face and status.',
        '# TYPE socle_pages_seconds histogram',
      ]
      for (const [labels, own] of series) {
        bounds.forEach((bound, index) => {
          lines.push(`socle_pages_seconds_bucket{${labels},le="${bound}"} ${own.buckets[index]}`)
        })
        lines.push(`socle_pages_seconds_bucket{${labels},le="+Inf"} ${own.count}`)
        lines.push(`socle_pages_seconds_sum{${labels}} ${own.sum}`, `socle_pages_seconds_count{${labels}} ${own.count}`)
      }
      const memory = process.memoryUsage()
      lines.push(
        '# HELP process_resident_memory_bytes Resident memory of this process.',
        '# TYPE process_resident_memory_bytes gauge',
        `process_resident_memory_bytes ${memory.rss}`,
        '# HELP process_uptime_seconds Seconds since this process started.',
        '# TYPE process_uptime_seconds gauge',
        `process_uptime_seconds ${process.uptime().toFixed(1)}`,
      )
      return `${lines.join('\n')}\n`
    },
  }
}
