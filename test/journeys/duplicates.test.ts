// Two files that may be one person: from the list to a merge by two people, and back; without script.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { matchRegister, nameKey, openIncomingPersons, savePersons } from '#population'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { serveWorld } from '../world.ts'

const amina = { name: 'Amina Rachidi', email: 'amina@example.org', territory: '' } as const
const driss = { name: 'Driss Rami', email: 'driss@example.org', territory: '' } as const
const { url, databases, cookiesOf } = await serveWorld(120, [amina, driss])
const as = async (who: typeof amina | typeof driss, language = 'fr') => ({
  ...(await cookiesOf(who)),
  'socle-language': language,
})
const work = workerActor('journey')

/** Heads of households, of whom another office makes a second file; and two who are paid. */
const { rows: heads } = await transaction(databases.worker, work, tx =>
  sql<{ id: string; territory: string; given: string; family: string; sex: string; born: string }>`
    select p.id, p.territory, p.given_name as given, p.family_name as family, p.sex, p.birth_date::text as born
    from population.person p join households.membership m on m.person_id = p.id and m.relation = 'head' and m.ended_at is null
      join payments.instruction i on i.payee_id = p.id
    where p.given_name is not null and p.family_name is not null and p.birth_date is not null
    order by p.id limit 14`.execute(tx),
)
const copies = heads.map(head => ({ ...head, id: newId<'Person'>() as string, family: `${head.family}e` }))
await transaction(databases.worker, work, async tx => {
  await openIncomingPersons(tx)
  for (const each of copies) {
    await sql`
      insert into pg_temp.incoming_person (id, territory, given_name, family_name, name_key, sex, birth_date, birth_precision)
      values (${each.id}, ${each.territory}, ${each.given}, ${each.family}, ${nameKey(each.given, each.family)}, ${each.sex},
        ${each.born}, 'day')`.execute(tx)
  }
  await savePersons(tx, { country: 'ma', source: 'second office', modelled: true, recordedBy: 'test' })
})
await matchRegister(databases.worker, 'ma')
const pairPath = (one: string, other: string) => `/console/duplicates/${[one, other].sort().join('/')}`
const [first, second, third] = heads as [(typeof heads)[0], (typeof heads)[0], (typeof heads)[0]]

test('the list is the most certain first, filtered, and read at 360 pixels in Arabic', async t => {
  const page = await openPage(t, { url: `${url}/console/duplicates`, cookies: await as(amina), script: false })
  const rows = await page.locator('tbody tr').count()
  assert.ok(rows >= 5, `${rows} pairs`)
  assert.match((await page.locator('tbody tr').first().textContent()) ?? '', /presque certain \(99 sur 100\)/)
  await screenshot(page, 'duplicates-list-fr')
  assert.deepEqual(await axeComplaints(page), [])
  await page.getByLabel('Remis à plus tard').selectOption('yes')
  await page.getByRole('button', { name: 'Filtrer' }).click()
  assert.match((await page.locator('.empty').textContent()) ?? '', /Aucune paire n’attend ici/)
  const phone = await openPage(t, {
    url: `${url}/console/duplicates`,
    cookies: await as(amina, 'ar'),
    width: 360,
    height: 720,
  })
  await screenshot(phone, 'duplicates-list-ar-phone')
  assert.equal(await overflow(phone), 0)
  assert.deepEqual(await axeComplaints(phone), [])
})

test('one person settles a file without household, is told what follows, and undoes it with a motive', async t => {
  const page = await openPage(t, {
    url: `${url}${pairPath(first.id, copies[0]!.id)}`,
    cookies: await as(amina),
    script: false,
  })
  await screenshot(page, 'duplicate-fr')
  assert.deepEqual(await axeComplaints(page), [])
  assert.match(
    (await page.locator('.pair-evidence').first().textContent()) ?? '',
    /Même date de naissance.*indice fort/s,
  )
  await page.getByRole('button', { name: 'Continuer' }).click()
  assert.match((await page.getByRole('alert').textContent()) ?? '', /une des trois réponses/)
  await page.getByLabel('la même personne', { exact: true }).check()
  await page.getByRole('button', { name: 'Continuer' }).click()
  assert.match((await page.getByRole('alert').textContent()) ?? '', /Dites le motif/)
  assert.equal(await page.getByLabel('la même personne', { exact: true }).isChecked(), true)
  await page.getByLabel('Motif', { exact: true }).fill('La carte a été vue.')
  await page.getByRole('button', { name: 'Continuer' }).click()
  const follows = (await page.locator('.event-effects').textContent()) ?? ''
  assert.match(follows, /Rien n’est effacé/)
  assert.match(follows, /Aucun paiement n’est arrêté/)
  await screenshot(page, 'duplicate-check-fr')
  assert.deepEqual(await axeComplaints(page), [])
  await page.getByRole('button', { name: 'Enregistrer', exact: true }).click()
  assert.match((await page.getByRole('status').textContent()) ?? '', /Enregistré/)
  await page.goto(`${url}/console/persons/${copies[0]!.id}`)
  assert.match((await page.textContent('main')) ?? '', /fusionné.*Doublons de cette personne.*une seule personne/s)
  await screenshot(page, 'duplicate-person-fr')
  await page.getByRole('link', { name: 'Voir ou annuler' }).click()
  await page.getByRole('button', { name: 'Annuler la décision' }).click()
  assert.match((await page.getByRole('alert').textContent()) ?? '', /Dites le motif/)
  await page.getByLabel('Motif de l’annulation').fill('Deux cousins.')
  await page.getByRole('button', { name: 'Annuler la décision' }).click()
  assert.match(
    (await page.locator('.history').textContent()) ?? '',
    /décision annulée.*Deux cousins.*une seule personne/s,
  )
})

test('two who are paid: one proposes, a colleague sees both files and approves, and the households are shown', async t => {
  const page = await openPage(t, {
    url: `${url}${pairPath(second.id, third.id)}`,
    cookies: await as(amina),
    script: false,
  })
  await page.getByLabel('la même personne', { exact: true }).check()
  await page.getByLabel('Motif', { exact: true }).fill('Déclarée dans deux communes.')
  await page.getByRole('button', { name: 'Continuer' }).click()
  assert.match((await page.locator('.event-effects').textContent()) ?? '', /un collègue doit approuver.*deux ménages/s)
  await page.getByRole('button', { name: 'Proposer à un collègue' }).click()
  assert.match((await page.getByRole('status').textContent()) ?? '', /un collègue décide/)
  await page.goto(`${url}/console/proposals`)
  await page.getByRole('link', { name: 'Fusionner deux dossiers' }).first().click()
  assert.equal(await page.locator('button[value=approved]').count(), 0)
  const colleague = await openPage(t, { url: `${url}/console/proposals`, cookies: await as(driss), script: false })
  await colleague.getByRole('link', { name: 'Fusionner deux dossiers' }).first().click()
  await screenshot(colleague, 'duplicate-proposal-fr')
  await colleague.getByRole('link', { name: 'côte à côte' }).click()
  assert.match((await colleague.textContent('main')) ?? '', /Amina Rachidi propose de fusionner/)
  await colleague.getByRole('link', { name: 'Voir la proposition' }).click()
  await colleague.locator('button[value=approved]').click()
  await colleague.waitForURL('**/console/proposals')
  await colleague.goto(`${url}/console/duplicates/settled`)
  assert.match(
    (await colleague.locator('tbody tr').first().textContent()) ?? '',
    /ménages à régler.*Amina Rachidi · Driss Rami/s,
  )
  await screenshot(colleague, 'duplicates-settled-fr')
  assert.deepEqual(await axeComplaints(colleague), [])
  await colleague.getByRole('link', { name: 'Voir ou annuler' }).first().click()
  assert.equal(await colleague.getByRole('link', { name: /Départ du ménage/ }).count(), 2)
  await screenshot(colleague, 'duplicate-households-fr')
  await colleague.getByRole('link', { name: 'Les deux ménages n’en sont qu’un' }).click()
  assert.match((await colleague.textContent('h1')) ?? '', /./)
})

test('in Arabic, on a telephone: two persons, and the pair leaves the list', async t => {
  const [one, other] = [heads[4]!.id, copies[4]!.id]
  const page = await openPage(t, {
    url: `${url}${pairPath(one, other)}`,
    cookies: await as(driss, 'ar'),
    width: 360,
    height: 740,
    script: false,
  })
  await screenshot(page, 'duplicate-ar-phone')
  assert.equal(await overflow(page), 0)
  assert.deepEqual(await axeComplaints(page), [])
  await page.getByLabel('لشخصين', { exact: true }).check()
  await page.getByLabel('السبب', { exact: true }).fill('ابنا عم')
  await page.getByRole('button', { name: 'متابعة' }).click()
  assert.match((await page.locator('.event-effects').textContent()) ?? '', /يبقى الملفان كما هما/)
  await screenshot(page, 'duplicate-check-ar-phone')
  assert.equal(await overflow(page), 0)
  await page.getByRole('button', { name: 'تسجيل', exact: true }).click()
  assert.match((await page.getByRole('status').textContent()) ?? '', /تم التسجيل/)
  await page.goto(`${url}/console/duplicates`)
  assert.equal(await page.locator(`a[href$="${pairPath(one, other)}"]`).count(), 0)
})

test('with script and by keyboard, in the dark: the same answers', async t => {
  const [one, other] = [heads[5]!.id, copies[5]!.id]
  const page = await openPage(t, {
    url: `${url}${pairPath(one, other)}`,
    cookies: { ...(await as(amina, 'en')), 'socle-scheme': 'dark' },
  })
  await screenshot(page, 'duplicate-en-dark')
  assert.deepEqual(await axeComplaints(page), [])
  await page.getByLabel('I cannot say yet').focus()
  await page.keyboard.press('Space')
  await page.getByLabel('Reason', { exact: true }).fill('The father is asked first.')
  await page.getByRole('button', { name: 'Continue' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('You say: not yet.').waitFor()
  await page.getByRole('button', { name: 'Record', exact: true }).press('Enter')
  await page.getByText('Recorded.').waitFor()
})
