import { randomInt } from 'node:crypto'

const DIGITS = 6

/** A code of six digits, for a message. */
export function drawCode(): string {
  return String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0')
}

/** The digits of a text, those of Arabic keyboards as well. */
export function typedDigits(text: string): string {
  return text
    .replaceAll(/[٠-٩]/g, digit => String(digit.charCodeAt(0) - 0x660))
    .replaceAll(/[۰-۹]/g, digit => String(digit.charCodeAt(0) - 0x6f0))
    .replaceAll(/\D/g, '')
}
