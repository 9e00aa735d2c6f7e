import type { Country } from '#countries'
import { defineJob, type JobDefinition } from '#db'
import { dropStaleDrafts } from '#households'
import type { DateText } from '#kernel'
import { retain } from './retention.ts'

/** Every night, in the small hours: what the register of processing no longer lets us keep is anonymised. */
export function retentionJob(country: Country, today: () => DateText): JobDefinition<Record<string, never>> {
  return defineJob({
    name: 'retain_personal_data',
    every: { cron: '30 2 * * *', payload: {} },
    minutes: 360,
    run: async (_payload, { worker, signal }) => {
      await dropStaleDrafts(worker, country.code, today())
      await retain(worker, { country, asOf: today() }, { signal })
    },
  })
}
