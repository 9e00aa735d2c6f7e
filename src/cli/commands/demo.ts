import { transaction, workerActor } from '#db'
import { monthOf } from '#kernel'
import { runFigures } from '#programmes'
import type { Command, ExitCode } from '../command.ts'
import { demonstrate, modelOf } from '../demonstration/demonstrate.ts'
import { modelFigures } from '../demonstration/figures.ts'
import { declaredOn } from '../demonstration/households.ts'
import { countryNamed, installationConfig, withDatabase } from '../installation.ts'
import { optionsAlone, wholeNumber } from '../options.ts'

export const command: Command = {
  summary: 'Fills the register with modelled households, scores them, decides and pays a month.',
  usage: ['demo [--country C] [--households N] [--seed S] [--figures]'],
  help: `
--country     the country modelled (ma)
--households  how many households, 1 to 10000000 (20000)
--seed        a whole number; the same seed gives the same households, whatever N (1)
--figures     only print what they look like and who would be eligible; nothing is registered, no database is needed

The households are modelled on published statistics, not observed: every page that shows them says so. Stopped by Ctrl-C
or worse, the same call goes on where it stopped; called again when done, it changes nothing.`,
  examples: [
    { call: 'npx socle demo', says: '20 000 households of Morocco' },
    { call: 'npx socle demo --country ma --households 1000 --seed 7', says: 'a thousand others' },
    { call: 'npx socle demo --figures', says: 'sizes, ages, schooling, scores and eligibility of those of Morocco' },
  ],
  async run(args, io) {
    const options = optionsAlone(args, { country: 'text', households: 'text', seed: 'text', figures: 'flag' })
    const code = options.country ?? 'ma'
    const country = countryNamed(code)
    const households = wholeNumber(options.households ?? '20000', 'households', 1, 10_000_000)
    const seed = wholeNumber(options.seed ?? '1', 'seed', 0, 2 ** 31 - 1)
    if (options.figures) {
      const model = modelOf(country)
      io.out(modelFigures(country, { model, households, seed, month: monthOf(declaredOn(model)) }))
      return 0
    }
    const { data } = installationConfig().database
    return withDatabase<ExitCode>(io, async databases => {
      const { month, runs } = await demonstrate(databases, { country, households, seed, data }, io)
      io.out(`${households} modelled households of ${code}, ${month}\n`)
      for (const run of runs) {
        const figures = await transaction(databases.worker, workerActor('socle demo'), tx => runFigures(tx, run.id))
        const share = run.currency === null && figures.eligible === 0 ? 'scored' : `${figures.weightedShare} % eligible`
        io.out(`  ${run.pack.padEnd(16)} ${share}, ${figures.undetermined} undetermined\n`)
      }
      return 0
    })
  },
}
