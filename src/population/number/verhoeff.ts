// The check digit of J. Verhoeff (Error Detecting Decimal Codes, 1969): it finds every wrong digit and every two neighbours
// that changed places.

/** Multiplication of the dihedral group of ten elements. */
const TIMES = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
  [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
  [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
  [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
  [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
  [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
  [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
  [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
  [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
] as const
const INVERSE = [0, 4, 3, 2, 1, 5, 6, 7, 8, 9] as const
const FIRST = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4] as const

/** What becomes of a digit at each place from the right: the same permutation applied once more each time. */
const MOVED = [Array.from({ length: 10 }, (_, digit) => digit)]
for (let place = 1; place < 8; place++) MOVED.push((MOVED[place - 1] as number[]).map(digit => FIRST[digit] as number))

/** The digit that makes a text of digits pass when written behind it. */
export function checkDigit(digits: string): number {
  return INVERSE[sumOf(digits, 1)] as number
}

/** True where the last digit is the check digit of the others. */
export function passesCheck(digits: string): boolean {
  return sumOf(digits, 0) === 0
}

function sumOf(digits: string, from: number): number {
  let sum = 0
  for (let place = 0; place < digits.length; place++) {
    const digit = digits.charCodeAt(digits.length - 1 - place) - 48
    sum = TIMES[sum]?.[MOVED[(place + from) % 8]?.[digit] as number] as number
  }
  return sum
}
