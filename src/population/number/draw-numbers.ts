import { randomInt } from 'node:crypto'
import { faultsOf, type NumberForm } from './number-form.ts'
import { checkDigit } from './verhoeff.ts'

/**
 * Draws different numbers at random by the system's cryptographic generator: every number of the form is as likely as any
 * other, so that none tells anything of the person, of the day, or of the next one.
 */
export function drawNumbers(form: NumberForm, count: number): string[] {
  const drawn = new Set<string>()
  while (drawn.size < count) {
    const number = drawNumber(form)
    if (number !== undefined) drawn.add(number)
  }
  return [...drawn]
}

/** One try. Digits that could not stand where they fall end it early: most tries do, and all numbers stay equally likely. */
function drawNumber(form: NumberForm): string | undefined {
  let text = ''
  for (let place = 0; place < form.length - 1; place++) {
    const digit = `${randomInt(10)}`
    if (text.slice(-form.repeating).includes(digit)) return undefined
    text += digit
  }
  const number = `${text}${checkDigit(text)}`
  return faultsOf(number, form).length === 0 ? number : undefined
}
