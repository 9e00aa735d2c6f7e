import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { test } from 'node:test'
import { random, randomHousehold } from '../../../test/oracle/random-household.ts'
import type { Io } from '../command.ts'
import { runSocle } from '../socle.ts'
import { command } from './decide.ts'

async function socle(call: string, stdin: string) {
  let out = ''
  let err = ''
  const io: Io = {
    stdin: (async function* () {
      yield stdin
    })(),
    out: text => {
      out += text
    },
    err: text => {
      err += text
    },
    interactive: false,
    signal: new AbortController().signal,
    flush: async () => {},
  }
  const code = await runSocle(call.split(' '), io, { decide: async () => ({ command }) })
  return { code, out, err }
}

const facts = {
  territory: '08', area: 'rural', dwelling: 'modern_house', rooms: 2, second_home: false, non_agricultural_land: false,
  irrigated_land: false, motorcycles: 0, cows: 0, butane_annual: '0', utilities_annual: '0', telecom_annual: '0.00',
} // biome-ignore format: facts
const head = {
  id: 'm1', relation: 'head', birth_date: '1984-03-05', marital_status: 'married', education: 'none', diploma: 'none',
  literate: false, occupation: 'none', employer: false, health_cover: 'none', schooling: 'none', disability: 'none',
  father_deceased: false, receives_family_allowance: false,
} // biome-ignore format: facts
const good = { id: 'c1', at: '2026-12', household: facts, members: [head] }

test('one case on standard input is one decision, with its keys in the order of the contract', async () => {
  const { code, out, err } = await socle('decide --pack ma/asd', JSON.stringify(good, null, 2))
  assert.deepEqual([code, err], [0, ''])
  assert.equal(
    out,
    '{"id":"c1","pack":"ma/asd","at":"2026-12","outcome":"eligible",' +
      '"amount":{"value":"500.00","currency":"MAD","per":"month","direction":"receives"},"scores":{"ma/ise":"8.8543900"},' +
      '"reasons":[{"code":"score_above_threshold","holds":false},{"code":"family_allowance_received","holds":false}],' +
      '"lines":[],"covered":[],"notes":{},"missing":[],"to_confirm":[]}\n',
  )
})

test('a score pack gives a score, explained where it is asked of one case', async () => {
  const { code, out } = await socle('decide --pack ma/ise', JSON.stringify(good))
  assert.equal(code, 0)
  const { outcome, scores, reasons, explanation } = JSON.parse(out)
  assert.equal(explanation.scores.length, 1)
  const lines = await socle('decide --pack ma/ise --lines', JSON.stringify(good))
  assert.equal(JSON.parse(lines.out).explanation, undefined)
  assert.deepEqual({ outcome, scores, reasons }, { outcome: 'scored', scores: { 'ma/ise': '8.8543900' }, reasons: [] })
})

test('an explanation has the sentence in three languages and every term of the score, whose sum is the score', async () => {
  for (const area of ['rural', 'urban']) {
    const urban = {
      nuclei: 1, bathroom: true, electricity_meter: true, computer: false, satellite_dish: true, fixed_phone: false,
      loan: false, garage: false, professional_premises: false, mobile_phones: 2, cars: 0, utilities_annual: '1800.55',
    } // biome-ignore format: facts
    const json = {
      ...good,
      household: { ...facts, area, ...urban },
      members: [{ ...head, retired_or_rentier: false, income_activity: true }],
    }
    const { out } = await socle('decide --pack ma/ise --explain', JSON.stringify(json))
    const { explanation, scores } = JSON.parse(out)
    assert.deepEqual(Object.keys(explanation.sentence), ['fr', 'ar', 'en'])
    const sum = explanation.scores[0].steps[0].steps[0]
    assert.equal(sum.terms.length, area === 'urban' ? 35 : 28)
    assert.ok(sum.terms.every((term: { sources: unknown[] }) => term.sources.length > 0))
    const start = sum.parameters.reduce((total: number, each: { value: string }) => total + Number(each.value), 0)
    const total = sum.terms.reduce(
      (all: number, term: { contribution: string | null }) => all + Number(term.contribution),
      start,
    )
    assert.equal(total.toFixed(7), scores['ma/ise'])
  }
})

test('a refused household is told by how much', async () => {
  const rich = {
    ...good,
    household: { ...facts, second_home: true, non_agricultural_land: true, butane_annual: '900' },
  }
  const { out } = await socle('decide --pack ma/asd --explain', JSON.stringify(rich))
  const { explanation, scores } = JSON.parse(out)
  const [reason] = explanation.reasons
  assert.equal(scores['ma/ise'], '10.1008900')
  assert.equal(reason.otherwise.en, 'The score 10.10089 is 0.357889 over the threshold.')
  assert.equal(reason.otherwise.fr, "L'indice 10,10089 dépasse ce seuil de 0,357889.")
})

test('a case that cannot be read: one sentence that names it, the place and what is accepted, and exit code 2', async () => {
  const bad = { ...good, household: { ...facts, rooms: 0 } }
  assert.deepEqual(await socle('decide --pack ma/asd', JSON.stringify(bad)), {
    code: 2,
    out: '',
    err: 'case c1: household.rooms: 0 is not accepted; accepted: a whole number from 1\n',
  })
  const { code, err } = await socle('decide --pack ma/asd', '{ "id": ')
  assert.equal(code, 2)
  assert.match(err, /^case \(without id\): case: this is not JSON; accepted: .+\n$/)
})

test('of a file of cases the good ones are decided in order, the bad ones say why, and the exit code is 1', async () => {
  const lines = [good, { ...good, id: 'c2', members: [] }, { ...good, id: 'c3' }].map(each => JSON.stringify(each))
  const { code, out, err } = await socle('decide --pack ma/asd --lines', [...lines, 'no json', ''].join('\n'))
  assert.deepEqual([code, err], [1, ''])
  const answers = out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.deepEqual(
    answers.map(answer => [answer.id, answer.outcome ?? answer.error.path]),
    [
      ['c1', 'eligible'],
      ['c2', 'members'],
      ['c3', 'eligible'],
      [null, 'case'],
    ],
  )
})

test('both engines write the same bytes, for good cases, bad ones and cases of several months', async () => {
  const cases = Array.from({ length: 1_400 }, (_, index) => {
    const rooms = 1 + (index % 5)
    const at = index % 7 === 0 ? '2023-12' : index % 501 === 0 ? '2022-01' : '2026-12'
    const some = {
      ...facts,
      rooms,
      cows: index % 3,
      utilities_annual: `${index}.5`,
      telecom_annual: index % 11 ? '12' : null,
    }
    const child = {
      ...head,
      id: 'm2',
      relation: 'child',
      birth_date: `20${10 + (index % 16)}-02-28`,
      marital_status: 'single',
    }
    return {
      id: `c${index}`,
      at,
      household: index % 97 === 0 ? { ...some, rooms: 'two' } : some,
      members: [head, child],
    }
  })
  const lines = [...cases.map(each => JSON.stringify(each)), '', '[]', '{', 'null', '{"id":"x","at":"2026-12"}'].join(
    '\n',
  )
  for (const pack of ['ma/asd', 'ma/ise', 'ma/amo-tadamon']) {
    const compiled = await socle(`decide --pack ${pack} --lines --engine compiled`, lines)
    assert.deepEqual(compiled, await socle(`decide --pack ${pack} --lines --engine interpreted`, lines))
    assert.equal(compiled.code, 1)
    assert.equal(compiled.out.split('\n').length, 1_405)
    assert.deepEqual(compiled, await socle(`decide --pack ${pack} --lines`, lines))
  }
  const one = JSON.stringify(good)
  assert.deepEqual(await socle('decide --pack ma/asd --engine compiled', one), await socle('decide --pack ma/asd', one))
  const explained = await socle('decide --pack ma/asd --explain --engine compiled', one)
  assert.deepEqual(explained, await socle('decide --pack ma/asd --explain', one))
  const { code, err } = await socle('decide --pack ma/asd --engine fast', one)
  assert.deepEqual([code, /--engine takes interpreted or compiled/.test(err)], [2, true])
})

/** What may befall a line on its way: each gives another text of the same case, of another, or of none. */
const befalls: ((line: string, at: number) => string)[] = [
  (line, at) => `${line.slice(0, at)}${line.slice(at + 1)}`,
  (line, at) => `${line.slice(0, at)} ${line.slice(at)}`,
  (line, at) => `${line.slice(0, at)}${'"\\,:{}[]0-9.eé\t\u0000'[at % 18]}${line.slice(at + 1)}`,
  (line, at) => line.slice(0, at),
  (line, at) => `${line.slice(0, at)}${line.slice(Math.max(0, at - 40))}`,
  line => line.replaceAll(',', ' ,\t').replaceAll(':', ' : '),
  line => `  ${line} \r`,
  line => line.replace('"rooms":', '"cows":1,"cows":'),
  line => line.replace('"rooms":', '"rooms":null,"rooms":'),
  line => line.replace('"cows"', '"\\u0063ows"'),
  line => line.replace('"m2"', '"m1"'),
  line => line.replace(/"(m\d+)"/, '"é$1"'),
  line => line.replace(/"birth_date":"[^"]*"/, '"birth_date":"2023-02-29"'),
  line => line.replace(/"rooms":\d+/, '"rooms":007'),
  line => line.replace(/"rooms":\d+/, '"rooms":1e1'),
  line => line.replace(/"rooms":\d+/, '"rooms":2147483648'),
  line => line.replace(/"butane_annual":"[^"]*"/, '"butane_annual":"0012.5"'),
  line => line.replace(/"butane_annual":"[^"]*"/, '"butane_annual":"12.345"'),
  line => line.replace(/"territory":"[^"]*"/, '"territory":"13"'),
  line => line.replace(/,"members":.*/, '}'),
  line => line.replace(/(,"household":.*)(,"members":.*)}/, '$2$1}'),
  line => line.replace('"relation":"head"', '"relation":"child"'),
  line => line.replace(/"relation":"\w+"/, '"relation":"head"'),
  line => `${line}{}`,
  line => `[${line}]`,
  line => line.replace(/"id":"(c\d+)"/, '"id":"$1\\n\u202e"'),
  line => line.replace(/"id":"c\d+"/, '"id":""'),
  line => line.replace('"household":', '"__proto__":'),
] // biome-ignore format: one to a line

test('what is read from bytes is what is read as JSON, whatever befell the line', async () => {
  const draw = random(20_261_122)
  const lines = Array.from({ length: 4_000 }, (_, seed) => {
    const line = JSON.stringify({ ...randomHousehold(seed, ['2026-12']), id: `c${seed}` })
    const befalling = befalls[Math.floor(draw() * befalls.length * 1.3)]
    return seed < 100 || befalling === undefined ? line : befalling(line, Math.floor(draw() * line.length))
  })
  const text = lines.join('\n')
  const compiled = await socle('decide --pack ma/asd --lines --engine compiled', text)
  const interpreted = await socle('decide --pack ma/asd --lines --engine interpreted', text)
  assert.deepEqual(compiled.out.split('\n'), interpreted.out.split('\n'))
  assert.equal(compiled.code, 1)
  assert.match(compiled.out, /"cows\\" is given twice/)
})

test('a pack that does not exist is refused with those that do', async () => {
  const { code, err } = await socle('decide --pack ma/nothing', '')
  assert.equal(code, 2)
  assert.match(err, /there is no pack ma\/nothing; packs: .*ma\/asd/)
  assert.match((await socle('decide --pack zz/asd', '')).err, /no country zz; countries: .*ma/)
})

test('an output that cannot be written is a sentence, not a stack', {
  skip: existsSync('/dev/full') ? false : 'no /dev/full',
}, () => {
  const full = openSync('/dev/full', 'w')
  const { status, stderr } = spawnSync(process.execPath, ['src/cli/main.ts', 'help'], {
    stdio: ['ignore', full, 'pipe'],
  })
  closeSync(full)
  assert.equal(status, 1)
  assert.match(String(stderr), /^socle: the output cannot be written \(ENOSPC\).*\n$/)
})
