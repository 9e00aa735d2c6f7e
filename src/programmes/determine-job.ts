import { openCountry } from '#countries'
import { defineJob } from '#db'
import type { Month } from '#kernel'
import { determine } from './determine.ts'
import { entitle } from './entitle.ts'

export type DeterminationAsked = {
  readonly country: string
  readonly pack: string
  readonly month: Month
  readonly askedBy: string
}

/**
 * A determination left to the workers. Delivered twice or killed half-way it ends as one: an interrupted run is resumed,
 * and what is owed is recorded once.
 */
export const determinationJob = defineJob<DeterminationAsked>({
  name: 'determine_programme',
  minutes: 60,
  async run({ country: code, pack, month, askedBy }, { worker, signal }) {
    const country = openCountry(code)
    const result = await determine(worker, { country, pack, month, askedBy }, { signal })
    if (!result.ok) throw new Error(`${pack} ${month}: ${result.refusal.code}`)
    await entitle(worker, { country, runId: result.value.id, askedBy })
  },
})
