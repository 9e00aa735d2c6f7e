import type { Subscription } from '#db'
import { notify } from '#messaging'
import { NUMBER_GIVEN, type NumberGiven, numbersOf } from '#population'

/** Whoever was registered at a desk is told the number once it is given. */
export const tellingNumbers: Subscription = {
  subscriber: 'messaging',
  type: NUMBER_GIVEN,
  async handle(tx, event) {
    const { person, territory, language } = event.payload as NumberGiven
    const [given] = await numbersOf(tx, [person])
    if (!given) return
    const number = given.number.replaceAll(/\d{3}(?=\d)/g, three => `${three} `)
    await notify(tx, [
      {
        key: `number_given ${event.id}`,
        to: { person, territory },
        kind: 'number_given',
        values: { number },
        language,
      },
    ])
  },
}
