import type { Language } from '#kernel'
import { type MessageKind, messageKinds } from './kinds.ts'

/** A value longer than this would push the sentence out of its message. */
const LONGEST_VALUE = 40

/** The text of a message. A value is one line of at most forty characters: names of programmes come from packs. */
export function messageText(kind: MessageKind, language: Language, values: Readonly<Record<string, string>>): string {
  return messageKinds[kind].says[language].replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`The message ${kind} needs a value for ${name}`)
    return value
      .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
      .trim()
      .slice(0, LONGEST_VALUE)
  })
}

// The basic alphabet of GSM 03.38 (3GPP TS 23.038, 6.2.1), and what takes two places in it.
const BASIC = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]$/u
const EXTENDED = /^[\^{}\\[~\]|€]$/

/** How many SMS carry a text: 160 places of the basic alphabet, 70 of any other; less in each where there are several. */
export function messageParts(text: string): number {
  const characters = [...text]
  const isBasic = characters.every(each => BASIC.test(each) || EXTENDED.test(each))
  const places = isBasic ? characters.length + characters.filter(each => EXTENDED.test(each)).length : text.length
  const [alone, each] = isBasic ? [160, 153] : [70, 67]
  return places <= alone ? 1 : Math.ceil(places / each)
}
