import { NativeSelect, TextInput } from '@mantine/core'
import { data, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseDate, parseId } from '#kernel'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { BrokenForm, readComingFile } from '../multipart.ts'
import type { RecipientPage } from '../receiving-door.ts'
import type { ActionArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded, openUnlessTooClose } from './guard.ts'
import { nameText } from './names.ts'
import { Done, HouseholdHeading, Section } from './parts.tsx'
import { ProposeForm } from './propose-form.tsx'
import { fieldOfTransfer, saidTransfer, TRANSFER_FORM, transferOfAnswers } from './recipient-answers.ts'
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
  const malformed = { ok: false, refusal: { code: 'form_malformed' } } as const
  const type = request.headers.get('content-type') ?? ''
  const coming = request.body ? await readComingFile(type, request.body, TRANSFER_FORM) : malformed
  const answers = saidTransfer(coming.ok ? coming.value.fields : {})
  // A browser sends the field without a name where no file was chosen.
  const file = coming.ok && coming.value.name !== '' ? coming.value : null
  const refused = (refusal: { readonly code: string }) =>
    data({ answers, refusal, hadFile: file !== null }, { status: 422 })
  if (!coming.ok) return refused(coming.refusal)
  const given = file && newId<'Evidence'>()
  const asked = transferOfAnswers(household, answers, given, { date: parseDate, id: parseId })
  const proposed = async () => {
    if (!asked.ok) return asked
    try {
      return await doorsOf(context).console.proposeTransfer(staffOf(context), asked.value, file)
    } catch (error) {
      if (error instanceof BrokenForm) return malformed
      throw error
    }
  }
  const answer = await proposed()
  if (answer.ok) return redirect(`/console/households/${household}/recipient?proposed`, { status: 303 })
  if (answer.refusal.code === 'household_unknown') throw new Response(null, { status: 404 })
  return refused(answer.refusal)
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
      file={page.takesPapers ? <PaperField again={given?.hadFile ?? false} error={error('file')} /> : null}
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

/** The paper that proves it: a photograph or a PDF. A browser keeps no file that was chosen, so that it is asked for again. */
function PaperField({ again, error }: { again: boolean; error: string | undefined }) {
  const { t } = useSpeech()
  return (
    <div className="declaration-file">
      <label htmlFor="transfer-file">{t('receiving:propose.file')}</label>
      <p id="transfer-file-how" className="soft">
        {t('receiving:propose.fileHow')}
      </p>
      <input
        id="transfer-file"
        type="file"
        name="file"
        accept="image/jpeg,image/png,application/pdf"
        aria-describedby={error || again ? 'transfer-file-how transfer-file-error' : 'transfer-file-how'}
        aria-invalid={error ? true : undefined}
      />
      {error || again ? (
        <p id="transfer-file-error" role="alert" className={error ? 'field-error' : 'notice-line'}>
          {error} {again ? t('receiving:propose.fileAgain') : null}
        </p>
      ) : null}
    </div>
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
