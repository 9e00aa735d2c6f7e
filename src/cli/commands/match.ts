import { existsSync, readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import {
  kindOfName,
  type Matching,
  type MatchOptions,
  type Measure,
  type Model,
  matchRecords,
  measurePairs,
  readModel,
} from '#population'
import { type Command, type Io, UsageError } from '../command.ts'
import { chooseColumns, type Sample } from '../match/columns.ts'
import { type Loaded, loadRecords, openFile, sampleOf } from '../match/read-files.ts'
import { readTruth } from '../match/truth.ts'
import { checkTarget, LEAST_WRITTEN, pairLines, writeToFile, writeToOutput } from '../match/write-pairs.ts'
import { readOptions } from '../options.ts'
import { grouped, type Progress, progress } from '../progress.ts'

const shape = {
  columns: 'text',
  id: 'text',
  truth: 'text',
  out: 'text',
  model: 'text',
  threshold: 'text',
  'one-to-one': 'text',
} as const

export const command: Command = {
  summary: 'Finds the records of one person: in one file, or between two.',
  usage: [
    'match FILE [OTHER] [--columns LIST] [--id COLUMN] [--out FILE] [--model FILE] [--threshold P]',
    'match FILE [OTHER] … [--truth COLUMN] [--one-to-one yes|no]',
  ],
  help: `
One FILE is searched for records of one person; two files are linked with each other. Nothing is labelled and nothing
tuned: the weights are learnt from the records (Fellegi and Sunter's model, by expectation and maximisation).

--columns LIST    what to compare by, after commas: given_name,surname,date_of_birth. A kind may follow a colon
                  (nom:surname), and a column may have another name in the second file (first=given_name).
                  Kinds: given_name, surname, name, birth_date, sex, phone, document, postcode, place, text, number,
                  word. Default: every column but those that name the records; the kind is told by the column's
                  name and values
--id COLUMN       what names a record in the output. Default: a column called id, rec_id, unique_id … whose values
                  are all different, else the row as a spreadsheet numbers it
--out FILE        where the pairs are written. Default: standard output. Header: left,right,score,zone,weight:
                  the two ids, the probability, same or to_settle, the evidence in bits. Pairs below ${LEAST_WRITTEN} are not written
--model FILE      a model to use; where there is no such file, what was learnt is written there, as JSON
--threshold P     the probability from which a pair is the same. Default: the one with the highest F1 to be expected
--one-to-one      yes or no: whether nobody stands twice in either of two files. Default: seen from the pairs
--truth COLUMN    a column that says who is who: prints precision, recall and F1. A pattern may take a part of it:
                  --truth 'rec_id~rec-(\\d+)'

CSV (comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252, all detected) or XLSX. The same files give the same answer.`,
  examples: [
    { call: 'npx socle match people.csv --out pairs.csv', says: 'records of one person in one file, columns guessed' },
    {
      call: "npx socle match a.csv b.csv --columns given_name,surname,date_of_birth,postcode --truth 'rec_id~rec-(\\d+)' --out pairs.csv",
      says: 'links two files, and says how well',
    },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, shape)
    if (words.length < 1 || words.length > 2) {
      throw new UsageError('name one file, or two to link: socle match people.csv')
    }
    for (const option of ['out', 'model'] as const) {
      if (options[option] !== undefined) checkTarget(options[option], `--${option}`, words)
    }
    const asked = settings(options)
    const tables = await Promise.all(words.map(openFile))
    const samples = await Promise.all(tables.map(sampleOf))
    const truth = options.truth === undefined ? undefined : readTruth(options.truth)
    const id = options.id ?? idOf(samples)
    const apart = new Set([id, truth?.column].filter(name => name !== undefined))
    const { columns, left } = chooseColumns(options.columns, samples, apart)
    for (const { name, why } of left) io.err(`Left out: ${name}, since ${why}.\n`)
    io.err(`Compared by: ${columns.map(({ name, kind }) => `${name} (${kind})`).join(', ')}.\n`)
    const bar = watchMatch(io)
    try {
      const loaded = await loadRecords(tables, { columns, id, truth }, bar.read)
      const model = modelFor(asked.model, loaded)
      const matching = await matchRecords(loaded.records, {
        ...asked.options,
        ...(model && { model }),
        watch: bar.watch,
      })
      bar.end()
      const lines = pairLines(matching, loaded.ids)
      const say = options.out === undefined ? io.err : io.out
      if (options.out === undefined) await writeToOutput(io, lines)
      else await writeToFile(options.out, '--out', lines)
      if (asked.newModel !== undefined) {
        await writeToFile(asked.newModel, '--model', [`${JSON.stringify(matching.model, null, 2)}\n`])
      }
      say(summary(matching, loaded))
      return 0
    } catch (error) {
      bar.end()
      if (!(error instanceof Stopped)) throw error
      io.err('Stopped; nothing was written.\n')
      return 130
    }
  },
}

class Stopped extends Error {}

function settings(options: {
  model: string | undefined
  threshold: string | undefined
  'one-to-one': string | undefined
}): {
  model: Model | undefined
  newModel: string | undefined
  options: MatchOptions
} {
  const { threshold, 'one-to-one': oneToOne, model: path } = options
  const chance = Number(threshold)
  if (threshold !== undefined && !(/^[0-9.]+$/.test(threshold) && chance > 0 && chance < 1)) {
    throw new UsageError(`--threshold takes a probability between 0 and 1, such as 0.5, not ${threshold}`)
  }
  if (oneToOne !== undefined && oneToOne !== 'yes' && oneToOne !== 'no') {
    throw new UsageError(`--one-to-one takes yes or no, not ${oneToOne}`)
  }
  const known = path !== undefined && existsSync(path)
  const read = known ? readModel(readFileSync(path, 'utf8')) : undefined
  if (read && !read.ok) throw new UsageError(`${path} is no model of socle match: ${read.refusal}`)
  return {
    model: read?.value,
    newModel: known ? undefined : path,
    options: {
      ...(threshold !== undefined && { threshold: chance }),
      ...(oneToOne !== undefined && { oneToOne: oneToOne === 'yes' }),
    },
  }
}

function modelFor(model: Model | undefined, { records }: Loaded): Model | undefined {
  if (!model) return undefined
  const of = (columns: readonly { name: string; kind: string }[]) =>
    columns.map(({ name, kind }) => `${name} (${kind})`)
  const [mine, its] = [of(records.columns), of(model.columns)]
  if (mine.join() !== its.join()) {
    throw new UsageError(`--model compares by ${its.join(', ')}; the call compares by ${mine.join(', ')}`)
  }
  return model
}

/** A column that names the records of every file: called so, and no value twice. */
function idOf(samples: readonly Sample[]): string | undefined {
  return samples[0]!.header.find(
    name =>
      kindOfName(name) === 'id' &&
      samples.every(({ header, rows }) => {
        const place = header.indexOf(name)
        const values = rows.map(row => row[place] ?? '')
        return place >= 0 && values.every(value => value !== '') && new Set(values).size === values.length
      }),
  )
}

const LABELS = { blocks: 'Blocking', learn: 'Learning', compare: 'Comparing', settle: 'Settling' } as const

function watchMatch(io: Io) {
  let label = ''
  let bar: Progress | undefined
  const show = async (next: string, unit: string, done: number, total?: number) => {
    if (io.signal.aborted) throw new Stopped()
    if (next !== label) {
      bar?.end()
      bar = progress(io, next, unit)
      label = next
    }
    bar?.update(done, total)
    // Lets a Ctrl-C in: the work itself never waits.
    await setImmediate()
  }
  return {
    read: (rows: number) => show('Reading', 'rows', rows),
    watch: (stage: keyof typeof LABELS, done: number, total: number) =>
      show(LABELS[stage], stage === 'compare' ? 'pairs' : 'steps', done, total),
    end() {
      bar?.end()
      bar = undefined
    },
  }
}

function summary(matching: Matching, { records, truth }: Loaded): string {
  const { pairs, model, report } = matching
  const same = pairs.probability.filter(chance => chance >= model.threshold).length
  const open = pairs.probability.filter(chance => chance < model.threshold && chance >= LEAST_WRITTEN).length
  const how = { groups: 'records grouped by person', one_to_one: 'one to one', each_pair: 'each pair by itself' }
  const lines = [
    `${grouped(records.size)} records, ${grouped(report.compared)} pairs compared in ${report.passes.length} passes, ${how[report.settledBy]}.`,
    `${grouped(same)} pairs are the same (${model.threshold} and above), ${grouped(open)} are to settle; model ${model.version}.`,
  ]
  if (report.persons !== undefined) lines.push(`${grouped(report.persons)} persons.`)
  if (report.split > 0) lines.push(`${grouped(report.split)} blocks were too large and were split by another column.`)
  if (truth) {
    const { truePairs, automatic, best } = measurePairs(pairs, truth, records.first, model.threshold)
    lines.push(
      `Truth: ${grouped(truePairs)} pairs.`,
      measureText('automatic threshold', automatic),
      measureText('best threshold', best),
    )
  }
  return `${lines.join('\n')}\n`
}

function measureText(label: string, { precision, recall, f1, threshold }: Measure): string {
  const shown = (value: number) => value.toFixed(4)
  return `${label.padEnd(20)} ${threshold.toFixed(4)}  precision ${shown(precision)}  recall ${shown(recall)}  F1 ${shown(f1)}`
}
