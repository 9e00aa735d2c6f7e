import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contrast, themeOf } from './theme.ts'

test('contrast is the ratio of WCAG', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21)
  assert.equal(contrast('#777777', '#777777'), 1)
  assert.ok(Math.abs(contrast('#767676', '#ffffff') - 4.54) < 0.01)
})

const shade = fc.stringMatching(/^[0-9a-f]{6}$/).map(digits => `#${digits}`)

test('whatever accent a country chooses, its links can be read and white can be read over its band', () => {
  fc.assert(
    fc.property(shade, shade, (light, dark) => {
      const { css } = themeOf({ light, dark })
      const [onLight, onDark] = css.split('\n') as [string, string]
      const of = (sheet: string, name: string) => new RegExp(`--${name}:(#[0-9a-f]{6})`).exec(sheet)![1]!
      assert.ok(contrast(of(onLight, 'accent'), '#ffffff') >= 4.5)
      assert.ok(contrast(of(onDark, 'accent'), '#161b19') >= 4.5)
      assert.ok(contrast(of(onLight, 'band'), '#ffffff') >= 4.5 && contrast(of(onDark, 'band'), '#ffffff') >= 4.5)
      assert.ok(contrast(of(onLight, 'accent-strong'), of(onLight, 'accent-soft')) >= 4.5)
    }),
  )
})

test('an accent that can already be read is kept as the country gave it', () => {
  assert.match(themeOf({ light: '#9a1b2e', dark: '#f0939f' }).css, /--accent:#9a1b2e[\s\S]*--accent:#f0939f/)
})
