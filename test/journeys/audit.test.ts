import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { serveWorld } from '../world.ts'

const auditor = { name: 'Amal Tazi', email: 'amal@example.org', territory: '', roles: ['auditor'] } as const
const clerk = { name: 'Zineb Filali', email: 'zineb@example.org', territory: '07', roles: ['desk_agent'] } as const
const regional = { name: 'Driss Rami', email: 'driss@example.org', territory: '12', roles: ['auditor'] } as const
const { url, databases, cookiesOf } = await serveWorld(40, [auditor, clerk, regional])
const session = await cookiesOf(auditor)
const french = { ...session, 'socle-language': 'fr' }

/** As the watch would have found them: 400 files of a clerk in region 07, and the auditor's own work at night. */
await transaction(databases.worker, workerActor('audit watch'), tx =>
  sql`insert into security.audit_anomaly (id, kind, day, level, actor, actor_name, territory, facts)
    select gen_random_uuid(), kind, '2026-11-20', level, 'staff:' || s.id, s.name, place, facts::jsonb
    from security.staff s join (values
      ('Zineb Filali', 'many_files', 3, '07', '{"opened": 400, "usual": 12, "peers": 15, "threshold": 60}'),
      ('Amal Tazi', 'night_work', 1, '', '{"acts": 6, "threshold": 5}')
    ) as found (name, kind, level, place, facts) using (name)`.execute(tx),
)

const pages = { audit: '/console/audit', anomalies: '/console/audit/anomalies' }
const views = {
  fr: { cookies: french },
  'en-dark': { cookies: { ...session, 'socle-language': 'en' }, dark: true },
  ar: { cookies: { ...session, 'socle-language': 'ar' } },
  'ar-phone': { cookies: { ...session, 'socle-language': 'ar' }, width: 320, height: 640 },
}
for (const [name, path] of Object.entries(pages)) {
  for (const [view, options] of Object.entries(views)) {
    test(`auditors read ${name} as everyone must be able to (${view})`, async t => {
      const page = await openPage(t, { url: url + path, ...options })
      await screenshot(page, `${name}-${view}`)
      assert.equal(await overflow(page), 0)
      assert.deepEqual(await axeComplaints(page), [])
    })
  }
}

test('an auditor finds who did what, page after page, and the file taken away is itself recorded', async t => {
  const page = await openPage(t, { url: `${url}/console/audit?action=payment_run`, cookies: french, script: false })
  const actions = await page.locator('tbody code').allTextContents()
  assert.deepEqual(actions.slice(0, 3), ['payment_run.send', 'payment_run.make_file', 'payment_run.approve'])
  const csv = await (await page.request.get(`${url}/console/audit.csv?action=payment_run`)).text()
  assert.match(csv, /payment_run\.approve/)
  await page.goto(`${url}/console/audit?by=amal&action=audit`)
  assert.deepEqual(await page.locator('tbody code').allTextContents(), ['audit.export'])
  await page.goto(`${url}/console/audit?from=2020-01-01&to=2020-01-02`)
  assert.equal(await page.locator('tbody tr').count(), 0)
})

test('without script, an auditor explains what stands out, is told what is missing, and never answers for own acts', async t => {
  const page = await openPage(t, { url: url + pages.anomalies, cookies: french, script: false })
  const many = page.locator('.anomaly', { hasText: 'Zineb Filali' })
  assert.match((await many.textContent()) ?? '', /Dossiers ouverts400/)
  assert.equal(await page.locator('.anomaly', { hasText: 'Amal Tazi' }).locator('form').count(), 0)
  await many.locator('button').click()
  assert.match((await page.textContent('[role=alert]')) ?? '', /Dites ce qui l’explique/)
  await many.locator('textarea').fill('Campagne d’enrôlement au souk, <b>ordre</b> du 19.')
  await many.locator('button').click()
  await page.waitForURL(/all#/)
  const said = page.locator('.anomaly', { hasText: 'Zineb Filali' }).locator('.history')
  assert.match((await said.textContent()) ?? '', /Expliqué.*Amal Tazi.*<b>ordre<\/b> du 19/)
  await page.goto(url + pages.anomalies)
  assert.equal(await page.locator('.anomaly', { hasText: 'Zineb Filali' }).count(), 0)
})

test('who may not read the audit is told so, and an auditor of another region sees nothing of it', async t => {
  const closed = { ...(await cookiesOf(clerk)), 'socle-language': 'fr' }
  const page = await openPage(t, { url: `${url}/console`, cookies: closed })
  for (const path of [...Object.values(pages), '/console/audit.csv']) {
    assert.equal((await page.request.get(url + path)).status(), 403, path)
  }
  assert.equal(await page.locator('nav a[href="/console/audit"]').count(), 0)
  const other = { ...(await cookiesOf(regional)), 'socle-language': 'fr' }
  const theirs = await openPage(t, { url: `${url}${pages.anomalies}?all`, cookies: other, script: false })
  assert.equal(await theirs.locator('.anomaly').count(), 0)
})
