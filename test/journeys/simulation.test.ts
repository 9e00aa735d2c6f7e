import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { savePdf, textOfPdf } from '../pdf.ts'
import { serveWorld } from '../world.ts'

const officer = { name: 'Nadia Berrada', email: 'nadia@example.org', territory: '', roles: ['policy_officer'] } as const
const regional = {
  name: 'Hamid Ziani',
  email: 'hamid@example.org',
  territory: '07',
  roles: ['policy_officer'],
} as const
const clerk = { name: 'Zineb Filali', email: 'zineb@example.org', territory: '07', roles: ['desk_agent'] } as const
const { url, databases, cookiesOf } = await serveWorld(25, [officer, regional, clerk], 2000)
const session = await cookiesOf(officer)
const french = { ...session, 'socle-language': 'fr' }
const home = `${url}/console/simulation`

/** The register of the demonstration is small, and frozen later: the nation modelled is chosen by its size. */
async function chooseNation(page: Awaited<ReturnType<typeof openPage>>): Promise<void> {
  const snapshot = page.locator('select[name=snapshot]')
  const nation = snapshot.locator('option', { hasText: /2[^0-9]?000/ })
  await snapshot.selectOption((await nation.getAttribute('value'))!)
}

/** A study tried by form, without script: the threshold of the allowance, and a dearer minimum beside it. */
async function tried(t: Parameters<typeof openPage>[0], name: string, threshold: string): Promise<string> {
  const page = await openPage(t, { url: home, cookies: french, script: false })
  await chooseNation(page)
  await page.locator('select[name=pack]').selectOption('ma/asd')
  await page.locator('input[name=month]').fill('2027-01')
  await page.locator('form.filter button').click()
  await page.locator('input[name=name]').fill(name)
  await page.locator('input[name="1.name"]').fill('Seuil relevé')
  await page.locator('input[name="1.value:ma/asd:threshold:"]').fill(threshold)
  await page.locator('input[name="2.name"]').fill('Minimum à 600')
  await page.locator('input[name="2.value:ma/asd:minimum:"]').fill('600')
  await page.locator('input[name=poorest]').fill('30')
  await page.locator('select[name=by]').selectOption('ma/ise')
  await page.locator('input[name=years]').fill('5')
  await page.locator('input[name=households]').fill('1,2')
  await page.locator('input[name=beside][value="ma/amo-tadamon"]').check()
  await page.locator('.study-form button:not([name])').click()
  await page.locator('.bars').first().waitFor({ timeout: 60_000 })
  return page.url()
}

test('without script, an officer tries a reform, sees what it costs and whom it reaches, and takes it away', async t => {
  const study = await tried(t, 'Réforme de janvier', '9,9')
  const page = await openPage(t, { url: study, cookies: french, script: false })
  const whole = (await page.locator('table').first().textContent()) ?? ''
  assert.match(whole, /Ménages2.000/)
  assert.match(whole, /Ménages qui gagnent \(\+\)\+\d/)
  assert.match(whole, /Visés, non atteints/)
  assert.equal(await page.locator('.bars').count(), 12)
  const content = async (path: string) => {
    const answer = await page.request.get(study + path)
    assert.equal(answer.status(), 200, path)
    return answer
  }
  const csv = await (await content('/table.csv?scenario=0&by=area')).text()
  assert.match(csv, /Milieu;Ménages;/)
  const svg = await (await content('/chart.svg?scenario=1&by=decile')).text()
  assert.match(svg, /^<svg[^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"[^>]*>.*<title/)
  assert.ok(!svg.includes('style='))
  const map = await (await content('/map.svg?scenario=0&by=region')).text()
  assert.match(map, /^<svg[^>]*>.*<title.*Part des ménages atteints.*Souss-Massa.*loi.: \d/)
  assert.ok(!map.includes('style='))
  const sheet = await (await content('/tables.xlsx')).body()
  assert.equal(sheet.subarray(0, 2).toString(), 'PK')
  assert.match(await (await content('/draft.yaml?scenario=1&file=1')).text(), /600.*SCENARIO/)
  assert.match(await (await content('/draft.yaml')).text(), /threshold/)
  const { rows } = await transaction(databases.worker, workerActor('test'), tx =>
    sql<{
      action: string
    }>`select action from security.audit_record where subject_id = ${study.split('/').at(-1)} order by position`.execute(
      tx,
    ),
  )
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['simulation.run', ...Array(6).fill('simulation.export')],
  )
})

test('a study that differs by little from one already shown hides where they differ', async t => {
  await tried(t, 'Réforme de février', '9,8')
  const later = await tried(t, 'Presque la même', '9,81')
  const page = await openPage(t, { url: later, cookies: french, script: false })
  assert.match((await page.textContent('main')) ?? '', /moins de 10 ou protégé/)
  const { rows } = await transaction(databases.worker, workerActor('test'), tx =>
    sql<{ hidden: boolean }>`
      select jsonb_path_exists(result, '$.scenarios[0].tables[*].rows[*].reached ? (@ == null)') as hidden
      from simulation.study where name = 'Presque la même'`.execute(tx),
  )
  assert.equal(rows[0]?.hidden, true)
})

/** Counts of a study as they were, of which none that is hidden may be read anywhere. */
async function hiddenCounts(name: string): Promise<{ readonly hidden: string[]; readonly cells: number }> {
  const { rows } = await transaction(databases.worker, workerActor('test'), tx =>
    sql<{ published: { reached: number[] }[]; result: { scenarios: { tables: { rows: object[] }[] }[] } }>`
      select published, result from simulation.study where name = ${name}`.execute(tx),
  )
  const [{ published, result }] = rows as [(typeof rows)[number]]
  const shown = new Set(JSON.stringify(result).match(/\d+/g))
  const counts = new Set(published.flatMap(each => each.reached.map(count => String(Math.round(count)))))
  const cells = result.scenarios
    .flatMap(each => each.tables.flatMap(table => table.rows.flatMap(row => Object.entries(row))))
    .filter(([key, value]) => value === null && key !== 'people' && !key.startsWith('people')).length
  return { hidden: [...counts].filter(count => Number(count) > 9 && !shown.has(count)), cells }
}

test('a study leaves as PDF in each language, and nothing hidden is read in it, nor in the map', async t => {
  await tried(t, 'Étude de mars', '9,7')
  const study = await tried(t, 'Étude d’avril', '9,72')
  const { hidden, cells } = await hiddenCounts('Étude d’avril')
  assert.ok(hidden.length > 0 && cells > 0)
  const expected = {
    fr: [/Étude d’avril/, /Ménages modélisés/, /Page 1 sur \d/, /Souss-Massa/, /décembre|janvier 2027/],
    en: [/Étude d’avril/, /Modelled households/, /Page 1 of \d/, /January 2027/],
    ar: [/Étude d’avril/, /2027/, /MAD/],
  }
  for (const [language, words] of Object.entries(expected)) {
    const page = await openPage(t, { url: study, cookies: { ...session, 'socle-language': language }, script: false })
    const answer = await page.request.get(`${study}/study.pdf`, { timeout: 120_000 })
    assert.equal(answer.headers()['content-type'], 'application/pdf', language)
    const pdf = await answer.body()
    await savePdf(`study-${language}`, pdf)
    const text = textOfPdf(pdf)
    for (const word of words) assert.match(text.replaceAll(/\s+/g, ' '), word)
    const map = await (await page.request.get(`${study}/map.svg?scenario=0&by=region`)).text()
    // Whole numbers alone: hundredths of an amount are no count.
    const whole = `${text} ${map}`.replaceAll(/(?<=\d)[\u00a0\u202f.,](?=\d{3}(?!\d))/g, '')
    const numbers = new Set(whole.replaceAll(/(?<=\d)[.,]\d\d(?!\d)/g, '').match(/\d+/g))
    assert.deepEqual(
      hidden.filter(count => numbers.has(count)),
      [],
      language,
    )
    if (language === 'fr') {
      const saying = text.replaceAll(/\s/g, '').split('moinsde10ouprotégé').length - 1
      assert.ok(saying >= cells, `${saying} cells say so, of ${cells}`)
    }
  }
})

test('what was typed stays where it is refused, and a text of several scenarios is read in its place', async t => {
  const page = await openPage(t, { url: home, cookies: french, script: false })
  await page.locator('form.filter button').click()
  await page.locator('input[name=name]').fill('Rien')
  await page.locator('.study-form button:not([name])').click()
  assert.match((await page.textContent('[role=alert]')) ?? '', /Rien n’est essayé/)
  assert.equal(await page.locator('input[name=name]').inputValue(), 'Rien')
  await page.locator('summary').click()
  await page
    .locator('textarea')
    .fill('pack: ma/asd\nmonth: 2027-01\nscenarios: [{ name: x, parameters: [{ name: treshold, value: 9 }] }]')
  await page.locator('.study-form button:not([name])').click()
  await page.locator('[role=alert]').waitFor()
  assert.match((await page.textContent('[role=alert]')) ?? '', /Un paramètre de l’étude n’existe pas.*threshold/)
})

test('the text of the law is changed in the form, refused where it is no law, and simulated where it is', async t => {
  const page = await openPage(t, { url: home, cookies: { ...session, 'socle-language': 'ar' }, script: false })
  await chooseNation(page)
  await page.locator('select[name=pack]').selectOption('ma/asd')
  await page.locator('input[name=month]').fill('2027-01')
  await page.locator('form.filter button').click()
  await page.locator('input[name=name]').fill('نص مغير')
  await page.locator('input[name="2.value:ma/asd:minimum:"]').fill('600')
  await page.locator('input[name=beside][value="ma/amo-tadamon"]').check()
  await page.locator('select[name=law]').selectOption('packs/ma/asd/pack.yaml')
  await page.locator('button[name=intent]').click()
  const text = page.locator('textarea[name="1.text:packs/ma/asd/pack.yaml"]')
  const law = await text.inputValue()
  assert.match(law, /when: ise > threshold/)
  await text.fill(law.replace('when: ise > threshold', 'when: isee > threshold'))
  await page.locator('.study-form button:not([name])').click()
  const refusal = page.locator('[role=alert]')
  assert.match((await refusal.textContent()) ?? '', /pack\.yaml، السطر \d+، العمود \d+.*isee.*هل تقصدون ise/s)
  assert.equal(await refusal.locator('mark').textContent(), 'isee')
  await screenshot(page, 'simulation-law-ar')
  assert.deepEqual(await axeComplaints(page), [])
  assert.match(await text.inputValue(), /when: isee > threshold/)
  assert.equal(await page.locator('input[name=beside][value="ma/amo-tadamon"]').isChecked(), true)
  await text.fill(law.replace('when: ise > threshold', 'when: ise > threshold - 1'))
  await page.locator('.study-form button:not([name])').click()
  await page.locator('.bars').first().waitFor({ timeout: 60_000 })
  const draft = await (await page.request.get(`${page.url()}/draft.yaml?scenario=0&file=0`)).text()
  assert.match(draft, /when: ise > threshold - 1/)
  assert.match((await page.locator('table').first().textContent()) ?? '', /−\d/)
})

test('with scripts, a slider fills in the field beside it', async t => {
  const page = await openPage(t, { url: home, cookies: french })
  await chooseNation(page)
  await page.locator('select[name=pack]').selectOption('ma/asd')
  await page.locator('form.filter button').click()
  const field = page.locator('input[name="1.value:ma/asd:minimum:"]')
  const slider = page.locator('input[name="1.value:ma/asd:minimum:"] + input[type=range]')
  await slider.waitFor()
  await slider.focus()
  await page.keyboard.press('ArrowRight')
  assert.equal(await field.inputValue(), '501')
  await field.fill('650')
  assert.equal(await slider.inputValue(), '650')
})

const views = {
  fr: { cookies: french },
  'en-dark': { cookies: { ...session, 'socle-language': 'en' }, dark: true },
  ar: { cookies: { ...session, 'socle-language': 'ar' } },
  'ar-phone': { cookies: { ...session, 'socle-language': 'ar' }, width: 320, height: 640 },
}
test('every page of the studio is for everyone, in each language, on a phone and in the dark', async t => {
  const study = await tried(t, 'Pour être lue', '9,6')
  const { rows } = await transaction(databases.worker, workerActor('test'), tx =>
    sql<{ hash: string }>`select snapshot_hash as hash from simulation.study limit 1`.execute(tx),
  )
  const pages = { home, new: `${home}/new?snapshot=${rows[0]?.hash}&pack=ma/amo-achamil&month=2027-01`, study }
  for (const [name, address] of Object.entries(pages)) {
    for (const [view, options] of Object.entries(views)) {
      const page = await openPage(t, { url: address, ...options })
      await screenshot(page, `simulation-${name}-${view}`)
      assert.equal(await overflow(page), 0, `${name} ${view}`)
      assert.deepEqual(await axeComplaints(page), [], `${name} ${view}`)
    }
  }
})

test('who sees a part of the country is told why there is nothing, and who has no such role does not enter', async t => {
  const theirs = { ...(await cookiesOf(regional)), 'socle-language': 'fr' }
  const page = await openPage(t, { url: home, cookies: theirs, script: false })
  assert.match((await page.textContent('main')) ?? '', /pays entier/)
  assert.equal((await page.request.get(`${home}/new`)).status(), 404)
  const closed = { ...(await cookiesOf(clerk)), 'socle-language': 'fr' }
  const other = await openPage(t, { url: `${url}/console`, cookies: closed, script: false })
  assert.equal((await other.request.get(home)).status(), 403)
})
