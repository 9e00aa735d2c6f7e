import assert from 'node:assert/strict'
import { test } from 'node:test'
import wordsAr from '../../locales/ar/dates.json' with { type: 'json' }
import wordsEn from '../../locales/en/dates.json' with { type: 'json' }
import wordsFr from '../../locales/fr/dates.json' with { type: 'json' }
import { createFormats } from './formats.ts'

const fr = createFormats('fr', wordsFr)
const ar = createFormats('ar', wordsAr)
const en = createFormats('en', wordsEn)

test('money is written as the country writes it, exactly, however large', () => {
  assert.equal(fr.money({ value: '1234.56', currency: 'MAD' }), '1\u202f234,56\u00a0MAD')
  assert.equal(en.money({ value: '1234.50', currency: 'MAD' }), '1,234.50\u00a0MAD')
  assert.equal(ar.money({ value: '1234.56', currency: 'MAD' }), '1.234,56\u00a0MAD')
  assert.equal(fr.money({ value: '12000', currency: 'XOF' }), '12\u202f000\u00a0XOF')
  assert.equal(en.money({ value: '90071992547409930.01', currency: 'MAD' }), '90,071,992,547,409,930.01\u00a0MAD')
})

test('a score keeps every digit it was given', () => {
  assert.equal(fr.number('9.7430010', 7), '9,7430010')
  assert.equal(fr.number('-0.000302'), '\u22120,000302')
  assert.equal(fr.number('0.33333333333333', 10), '0,3333333333')
  assert.equal(fr.number('9.9999', 2), '10,00')
  assert.equal(en.number('-0.005', 2), '\u22120.01')
  assert.equal(ar.number(20000), '20.000')
  assert.equal(ar.number('-0.138'), '\u200e\u22120,138')
})

test('a sign stands before its number, in Arabic too', () => {
  assert.equal(fr.signed(1870, '+'), '+1\u202f870')
  assert.equal(ar.signed(187, '+'), '\u200e+187')
  assert.equal(ar.signed(14, '\u2212'), '\u200e\u221214')
})

test('dates are words, months too, and French says first', () => {
  assert.equal(fr.date('2026-12-01'), '1er décembre 2026')
  assert.equal(fr.date('2026-12-11'), '11 décembre 2026')
  assert.equal(fr.month('2026-12'), 'décembre 2026')
  assert.equal(en.date('2026-12-01'), '1 December 2026')
  assert.equal(ar.month('2026-12'), 'دجنبر 2026')
  assert.equal(fr.instant('2026-12-01T00:30'), '1er décembre 2026 à 00:30')
})

test('a share is a percentage with the space that the language wants, never one that breaks the line', () => {
  assert.equal(fr.percent(0.3328), '33,3\u00a0%')
  assert.equal(en.percent(0.3328, 2), '33.28%')
})
