import { Button, Radio } from '@mantine/core'
import { data, Form, redirect, useActionData, useLoaderData } from 'react-router'
import { parseId } from '#kernel'
import type { SectionPage, UnitRow } from '../declaration-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { answersIn, newMember } from './declaration-answers.ts'
import { Field } from './declaration-fields.tsx'
import { Candidates, Names } from './declaration-members.tsx'
import { DeclarationHeading, FaultLine, NotSaved, Steps } from './declaration-parts.tsx'
import { guarded } from './guard.ts'
import { nameText } from './names.ts'
import { Section } from './parts.tsx'

export const loader = guarded('household.write', async ({ params, request, context }: LoaderArgs) => {
  const page = await pageOf({ params, context })
  const checked = new URL(request.url).searchParams.has('check')
  // Keys are made before anything is sent: sent twice, somebody is named once.
  return inTimeOf(context, { ...page, checked, newcomer: newMember() })
})

async function pageOf({ params, context }: Pick<LoaderArgs, 'params' | 'context'>): Promise<SectionPage> {
  const id = parseId<'Draft'>(params.draft ?? '')
  const page = id && (await doorsOf(context).console.declarationSection(staffOf(context), id, params.step ?? ''))
  if (!page) throw new Response(null, { status: 404 })
  return page
}

/** Saves the page, then goes where the button says. A page saved over another's version stays, with what was typed. */
export const action = guarded('household.write', async ({ params, request, context }: ActionArgs) => {
  const page = await pageOf({ params, context })
  const form = await request.formData()
  const go = String(form.get('go') ?? '')
  const { draft } = page.head
  const version = Number(form.get('version'))
  if (!Number.isSafeInteger(version)) throw new Response(null, { status: 400 })
  const doors = doorsOf(context).console
  const saved = await doors.saveDeclaration(staffOf(context), { draft, version, ...answersIn(form, page) })
  if (!saved.ok) {
    const { refusal } = saved
    if (refusal.code === 'draft_unknown') throw new Response(null, { status: 404 })
    const typed = Object.fromEntries(
      [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    )
    const told =
      refusal.code === 'draft_changed'
        ? { code: refusal.code, by: refusal.by, at: refusal.at.toISOString() }
        : { code: refusal.code }
    return data(inTimeOf(context, { refusal: told, typed }), { status: refusal.code === 'number_unknown' ? 422 : 409 })
  }
  const home = `/console/declarations/${draft}`
  const after = await doors.declarationSection(staffOf(context), draft, page.step)
  const at = page.head.steps.findIndex(({ name }) => name === page.step)
  const names = (after ?? page).head.steps.map(({ name }) => name)
  if (go === 'back') return redirect(`${home}/${names[at - 1] ?? page.step}`, { status: 303 })
  if (go !== 'next' && go !== 'anyway') return redirect(`${home}/${page.step}`, { status: 303 })
  const wrong = after?.units.some(unit => errorsIn(unit)) || fresh(page, after)
  if (go === 'next' && wrong) return redirect(`${home}/${page.step}?check`, { status: 303 })
  return redirect(`${home}/${names[names.indexOf(page.step) + 1] ?? 'summary'}`, { status: 303 })
})

const errorsIn = ({ questions, faults }: UnitRow) =>
  [...faults, ...questions.flatMap(question => question.faults)].some(({ severity }) => severity === 'error')

/** Whether the answers have brought questions that the page did not show. */
function fresh(page: SectionPage, after: SectionPage | undefined): boolean {
  const shown = new Set(
    page.units.flatMap(({ member, questions }) => questions.map(({ name }) => `${member?.key} ${name}`)),
  )
  return (after?.units ?? []).some(
    ({ member, questions }) =>
      page.units.some(unit => unit.member?.key === member?.key) &&
      questions.some(({ name, value }) => value === '' && !shown.has(`${member?.key} ${name}`)),
  )
}

/** One part of the form: the household's questions, or each member's on a card. */
export default function DeclarationPart() {
  const page = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t, say } = useSpeech()
  const { head, step, label, says, names, units, checked } = page
  const typed = answer?.typed
  const wrong = checked && units.some(errorsIn)
  return (
    <>
      <DeclarationHeading head={head} title={say(label)} />
      <div className="declaration">
        <Steps head={head} step={step} />
        <div className="declaration-page">
          {answer ? <NotSaved refusal={answer.refusal} /> : null}
          {checked && !answer ? (
            <p role="status">{wrong ? t('declaration:toCorrect') : t('declaration:moreAsked')}</p>
          ) : null}
          {says ? <p className="soft">{say(says)}</p> : null}
          <Form method="post" className="stack" key={`${step} ${head.version}`}>
            <input type="hidden" name="version" value={head.version} />
            {/* Enter goes on, whatever else can be pressed below. */}
            <button type="submit" name="go" value="next" hidden aria-hidden="true" tabIndex={-1} />
            {units.map(unit => (
              <Unit key={unit.member?.key ?? 'household'} unit={unit} page={page} typed={typed} />
            ))}
            {names ? <Blank page={page} newcomer={typed?.blank ?? page.newcomer} typed={typed} /> : null}
            <Radio.Group
              name="source"
              label={t('declaration:source')}
              defaultValue={typed?.source ?? 'said'}
              className="declaration-yes-no"
            >
              <Radio value="said" label={t('declaration:sources.said')} />
              <Radio value="paper" label={t('declaration:sources.paper')} />
            </Radio.Group>
            <div className="buttons declaration-buttons">
              <Button type="submit" name="go" value="next">
                {t('declaration:next')}
              </Button>
              {wrong ? (
                <Button type="submit" name="go" value="anyway" variant="default">
                  {t('declaration:anyway')}
                </Button>
              ) : null}
              {head.steps[0]?.name === step ? null : (
                <Button type="submit" name="go" value="back" variant="default">
                  {t('declaration:back')}
                </Button>
              )}
              <Button type="submit" name="go" value="save" variant="default">
                {t('declaration:save')}
              </Button>
            </div>
          </Form>
        </div>
      </div>
    </>
  )
}

type Typed = Readonly<Record<string, string>> | undefined

function Unit({ unit, page, typed }: { unit: UnitRow; page: SectionPage; typed: Typed }) {
  const speech = useSpeech()
  const { t, format } = speech
  const { member, questions, faults } = unit
  const fields = questions.map(row => (
    <Field key={row.name} member={member?.key ?? null} row={row} places={page.places} typed={typed} />
  ))
  const told = faults.map(fault => (
    <p key={fault.key} className={fault.severity === 'error' ? 'declaration-error' : 'declaration-doubt'}>
      <FaultLine fault={fault} />
    </p>
  ))
  if (member === null) {
    return (
      <div className="declaration-questions">
        {told}
        {fields}
      </div>
    )
  }
  const age =
    member.age === null ? '' : ` · ${t('declaration:age', { count: member.age, number: format.number(member.age) })}`
  return (
    <fieldset className="declaration-card" id={`member-${member.key}`}>
      <legend>
        {nameText(member.name, speech)}
        {age}
      </legend>
      {told}
      <div className="declaration-questions">
        {page.names ? <Names member={member.key} card={member} typed={typed} /> : null}
        {fields}
      </div>
      {page.names ? (
        <>
          <Candidates member={member.key} candidates={member.candidates} />
          <Button type="submit" name="go" value={`leaves ${member.key}`} variant="subtle" color="red" size="compact-sm">
            {t('declaration:leaves', { person: nameText(member.name, speech) })}
          </Button>
        </>
      ) : null}
    </fieldset>
  )
}

/** A card for somebody more: left empty, it names nobody. */
function Blank({ page, newcomer, typed }: { page: SectionPage; newcomer: string; typed: Typed }) {
  const { t } = useSpeech()
  return (
    <Section title={t('declaration:somebodyNew')}>
      <fieldset className="declaration-card">
        <legend>{t('declaration:somebodyNew')}</legend>
        <input type="hidden" name="blank" value={newcomer} />
        <div className="declaration-questions">
          <Names member={newcomer} card={undefined} typed={typed} />
          {page.blank.map(row => (
            <Field key={row.name} member={newcomer} row={row} places={[]} typed={typed} />
          ))}
        </div>
        <Button type="submit" name="go" value="add" variant="default">
          {t('declaration:add')}
        </Button>
      </fieldset>
    </Section>
  )
}
