import { NativeSelect, TextInput } from '@mantine/core'
import { data, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseDate, parseId } from '#kernel'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { RecipientPage } from '../receiving-door.ts'
import type { ActionArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded, openUnlessTooClose } from './guard.ts'
import { nameText } from './names.ts'
import { Done, HouseholdHeading, Section } from './parts.tsx'
import { ProposeForm } from './propose-form.tsx'
import { fieldOfTransfer, type SaidTransfer, transferOfAnswers } from './recipient-answers.ts'
import { saidIn } from './said-in.ts'
import { RecipientText, TransferText } from './transfer-text.tsx'

export const loader = guarded('enrolment.write', async ({ params, request, context }) => {
  const id = parseId<'Household'>(params.id ?? '')
  if (id) await openUnlessTooClose(context, id)
  const page = id && (await doorsOf(context).console.recipientPage(staffOf(context), id))
  if (!page) throw new Response(null, { status: 404 })
  // The id is made before anything is sent: sent twice, it is proposed once.
  const transfer = newId<'Proposal'>() as string
  return { ...inTimeOf(context, page), transfer, done: new URL(request.url).searchParams.has('proposed') }
})

export const action = guarded('enrolment.write', async ({ params, request, context }: ActionArgs) => {
  const household = parseId<'Household'>(params.id ?? '')
  if (!household) throw new Response(null, { status: 404 })
  await openUnlessTooClose(context, household)
  const form = await request.formData()
  const said = saidIn(form)
  const answers: SaidTransfer = {
    transfer: said('transfer'),
    person: said('person'),
    number: said('number'),
    capacity: said('capacity'),
    reason: said('reason'),
    proof: said('proof'),
    proof_number: said('proof_number'),
    paper: said('paper'),
    from: said('from'),
    until: said('until'),
    says: said('says'),
  }
  const asked = transferOfAnswers(household, answers, { date: parseDate, id: parseId })
  const answer = asked.ok ? await doorsOf(context).console.proposeTransfer(staffOf(context), asked.value) : asked
  if (answer.ok) return redirect(`/console/households/${household}/recipient?proposed`, { status: 303 })
  if (answer.refusal.code === 'household_unknown') throw new Response(null, { status: 404 })
  return data({ answers, refusal: answer.refusal as { readonly code: string } }, { status: 422 })
})

/** Who receives a household's money: today, before, and the form by which another is proposed. */
export default function Recipient() {
  const page = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t, format } = speech
  const { current } = page
  return (
    <>
      <HouseholdHeading title={t('receiving:title')} household={page.household} sourceId={page.sourceId} />
      {page.done ? <Done says={t('receiving:proposed')} /> : null}
      {current?.diedOn ? (
        <p className="notice-line">
          {t('receiving:died', { name: nameText(current.name, speech), date: format.date(current.diedOn) })}
        </p>
      ) : null}
      <Section title={t('receiving:now')}>
        <p>{current ? <RecipientText current={current} /> : <span className="soft">{t('receiving:nobody')}</span>}</p>
      </Section>
      {page.transfers.length > 0 ? (
        <Section title={t('receiving:history')}>
          <ol className="history">
            {page.transfers.map(transfer => (
              <li key={transfer.id}>
                <TransferText transfer={transfer} />
              </li>
            ))}
          </ol>
        </Section>
      ) : null}
      <Section title={t('receiving:propose.title')}>
        <p className="soft narrow">{t('receiving:propose.what')}</p>
        <Propose page={page} />
      </Section>
    </>
  )
}

function Propose({ page }: { page: RecipientPage & { readonly transfer: string } }) {
  const given = useActionData<typeof action>()
  const speech = useSpeech()
  const { t, say } = speech
  const { answers } = given ?? {}
  const at = fieldOfTransfer(given?.refusal)
  const error = (field: string) => (given && at === field ? refusalText(given.refusal, speech) : undefined)
  const { suggested } = page
  const none = { value: '', label: t('receiving:propose.none') }
  const codes = <Code extends string>(list: readonly Code[], label: (code: Code) => string) =>
    list.map(value => ({ value, label: label(value) }))
  return (
    <ProposeForm
      id={{ name: 'transfer', value: answers?.transfer || page.transfer }}
      refused={given && at === undefined ? refusalText(given.refusal, speech) : undefined}
      says={{ label: t('receiving:propose.says'), typed: answers?.says, error: error('says') }}
    >
      {suggested && !given ? <p className="notice-line">{t('receiving:propose.suggested')}</p> : null}
      <NativeSelect
        name="person"
        label={t('receiving:propose.person')}
        defaultValue={answers?.person ?? suggested?.person ?? ''}
        error={error('person')}
        data={[
          { value: '', label: t('receiving:propose.elsewhere') },
          ...page.members.map(({ id, name, relation }) => ({
            value: id as string,
            label: [nameText(name, speech), relation ? say(relation) : ''].filter(Boolean).join(' · '),
          })),
        ]}
      />
      <TextInput
        name="number"
        label={t('receiving:propose.number')}
        description={t('receiving:propose.numberHow')}
        defaultValue={answers?.number ?? ''}
        error={error('number')}
        dir="ltr"
        autoComplete="off"
      />
      <NativeSelect
        name="capacity"
        label={t('receiving:propose.capacity')}
        defaultValue={answers?.capacity || suggested?.capacity || 'spouse'}
        error={error('capacity')}
        data={codes(['head', 'spouse', 'guardian', 'tutor', 'proxy'], code => t(`receiving:capacity.${code}`))}
      />
      <NativeSelect
        name="reason"
        label={t('receiving:propose.reason')}
        defaultValue={answers?.reason || (page.current?.diedOn ? 'recipient_died' : 'family_asks')}
        data={codes(
          ['recipient_died', 'recipient_absent', 'recipient_unable', 'family_asks', 'court_decided', 'made_in_error'],
          code => t(`receiving:reason.${code}`),
        )}
      />
      <NativeSelect
        name="proof"
        label={t('receiving:propose.proof')}
        description={t('receiving:propose.proofHow')}
        defaultValue={answers?.proof ?? ''}
        error={error('proof')}
        data={[
          none,
          ...codes(['court_decision', 'notarial_act', 'signed_proxy', 'family_record', 'marriage_act'], code =>
            t(`receiving:proof.${code}`),
          ),
        ]}
      />
      <TextInput
        name="proof_number"
        label={t('receiving:propose.proofNumber')}
        defaultValue={answers?.proof_number ?? ''}
        error={error('proof_number')}
        maxLength={80}
        autoComplete="off"
      />
      {page.papers.length > 0 ? (
        <NativeSelect
          name="paper"
          label={t('receiving:propose.paper')}
          defaultValue={answers?.paper ?? ''}
          error={error('paper')}
          data={[none, ...page.papers.map(({ id, name }) => ({ value: id as string, label: name }))]}
        />
      ) : null}
      <TextInput
        type="date"
        name="from"
        label={t('receiving:propose.from')}
        defaultValue={answers?.from || page.today}
        error={error('from')}
      />
      <TextInput
        type="date"
        name="until"
        label={t('receiving:propose.until')}
        description={t('receiving:propose.untilHow')}
        defaultValue={answers?.until ?? ''}
        error={error('until')}
      />
    </ProposeForm>
  )
}

function refusalText(refusal: { readonly code: string }, { t, format }: ReturnType<typeof useSpeech>): string {
  const facts = refusal as { least?: number; most?: number; since?: string }
  const bound = facts.least ?? facts.most
  return t(`receiving:refusal.${refusal.code}`, {
    number: bound === undefined ? '' : format.number(bound),
    date: facts.since ? format.date(facts.since as never) : '',
  })
}
