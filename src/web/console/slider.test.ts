import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sliderRange, sliderText, sliderValue } from './slider.ts'

test('a slider goes from nothing to twice the value, in steps of about a hundredth, whole for whole numbers', () => {
  assert.deepEqual(sliderRange('500'), { min: 0, max: 1000, step: 1 })
  assert.deepEqual(sliderRange('25000'), { min: 0, max: 50_000, step: 100 })
  assert.deepEqual(sliderRange('6'), { min: 0, max: 12, step: 1 })
  assert.deepEqual(sliderRange('9.743'), { min: 0, max: 19.486, step: 0.01 })
})

test('what is no number above zero has no slider', () => {
  for (const now of ['', '0', '-3', 'true', 'rural', '1e3']) assert.equal(sliderRange(now), undefined)
})

test('the field beside it is written as its language writes a number, and read back', () => {
  assert.equal(sliderText('9.5', 'fr'), '9,5')
  assert.equal(sliderText('9.5', 'en'), '9.5')
  assert.equal(sliderValue('1 250,5'), '1250.5')
  assert.equal(sliderValue('beaucoup'), '')
})
