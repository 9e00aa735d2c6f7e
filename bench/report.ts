// What was measured, as a document: a part for each benchmark and size.
import { cpus, totalmem } from 'node:os'
import { type Measured, thousands } from './benchmark.ts'

export const header = `# Benchmarks

Written by \`npm run bench\`; with \`--nation\` at the size of a country. Machines are shared and noisy: the load is that of the machine when
the benchmark began and when it ended, and a figure taken under load is a floor.
`

export type Ran = { readonly name: string; readonly nation: boolean; readonly day: string; readonly load: number }

/** \`Intel …, 2 cores, 24 GiB, Node 26.10.0, linux x64\`. */
export function machine(): string {
  const [cpu] = cpus()
  return (
    `${cpu?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
    `Node ${process.versions.node}, ${process.platform} ${process.arch}`
  )
}

/** Figures of one benchmark as they come: each is answered as a line for a terminal, and kept for the document. */
export class Report {
  readonly title: string
  readonly #ran: Ran
  readonly #rows: Measured[] = []
  readonly #lines: string[] = []

  constructor(ran: Ran) {
    this.#ran = ran
    this.title = `## ${ran.name}${ran.nation ? ', a nation' : ''}`
  }

  row(measured: Measured): string {
    this.#rows.push(measured)
    const [size, seconds, rate, memory] = cells(measured)
    const beside = measured.beside === undefined ? '' : `  ${measured.beside}`
    return `${measured.what.padEnd(44)} ${size!.padStart(22)} ${seconds!.padStart(8)} s ${rate!.padStart(11)}/s ${(memory === '' ? '' : `${memory} MiB`).padStart(10)}${beside}`
  }

  line(line: string): string {
    this.#lines.push(line.trim())
    return line
  }

  /** `after` is the load of the machine when the benchmark ended. */
  text(after: number): string {
    const { day, load } = this.#ran
    const loads = [load, after].map(value => value.toFixed(1))
    const table = this.#rows.map(each => `| ${[each.what, ...cells(each), each.beside ?? ''].join(' | ')} |`)
    const head = '| What | Size | Seconds | A second | MiB | Beside it |\n| --- | ---: | ---: | ---: | ---: | --- |'
    return [
      this.title,
      `${day}. ${machine()}; load ${loads.join(', then ')}.`,
      ...(table.length > 0 ? [[head, ...table].join('\n')] : []),
      ...(this.#lines.length > 0 ? [this.#lines.map(line => `- ${line}`).join('\n')] : []),
    ].join('\n\n')
  }
}

function cells({ size: [count, of], seconds, memory }: Measured): string[] {
  return [
    `${thousands(count)} ${of}`,
    seconds.toFixed(seconds < 10 ? 2 : 1),
    thousands(count / seconds),
    memory === undefined ? '' : thousands(memory),
  ]
}

/** The document with this part in place of its former self, the others untouched; parts in order of name. */
export function withPart(document: string, report: Report, after: number): string {
  const [head = header, ...parts] = document.split(/^(?=## )/m).map(part => part.trim())
  const others = parts.filter(part => !part.startsWith(`${report.title}\n`))
  const sorted = [...others, report.text(after)].sort((a, b) => (a.split('\n')[0]! < b.split('\n')[0]! ? -1 : 1))
  return `${[head, ...sorted].join('\n\n')}\n`
}
