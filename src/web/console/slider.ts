/** Bounds and step of a slider around a value of the law. */
export type SliderRange = { readonly min: number; readonly max: number; readonly step: number }

/**
 * From nothing to twice the value, in steps of about a hundredth of it; whole where the law's number is whole. Undefined for what
 * is no number above zero. What a slider says is text for the field beside it: no amount is worked out here.
 */
export function sliderRange(now: string): SliderRange | undefined {
  if (!/^\d+(\.\d+)?$/.test(now)) return undefined
  const value = Number(now)
  if (value <= 0) return undefined
  const hundredth = 10 ** Math.floor(Math.log10(value / 100))
  return { min: 0, max: 2 * value, step: now.includes('.') ? hundredth : Math.max(1, hundredth) }
}

/** A slider's value as a field takes it: with the comma of French and Arabic, without groups. */
export function sliderText(value: string, language: string): string {
  return language === 'en' ? value : value.replace('.', ',')
}

/** A typed number for the slider; empty where it is none. */
export function sliderValue(typed: string): string {
  const text = typed.replaceAll(/[\s\u00a0\u202f]/g, '').replace(',', '.')
  return /^\d+(\.\d+)?$/.test(text) ? text : ''
}
