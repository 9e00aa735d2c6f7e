import { Alert } from '@mantine/core'
import { Link } from 'react-router'
import type { DeclarationHead, FaultRow } from '../declaration-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { nameText, placeText } from './names.ts'
import { Heading } from './parts.tsx'

/** Title of a page of a declaration: its number, its place, who had it last. */
export function DeclarationHeading({ head, title }: { head: DeclarationHead; title: string }) {
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <Heading
      title={title}
      over={
        <>
          <Link to="/console/households/new">{t('declaration:title')}</Link> <bdi dir="ltr">{head.number}</bdi> ·{' '}
          {placeText(head.place, speech)}
        </>
      }
      aside={
        <span className="soft">{t('declaration:saved', { by: head.savedBy, at: format.instant(head.savedAt) })}</span>
      }
    />
  )
}

/** The parts of a declaration, each with what is still open; any of them can be opened at any time. */
export function Steps({ head, step }: { head: DeclarationHead; step: string }) {
  const { t, say, format } = useSpeech()
  const home = `/console/declarations/${head.draft}`
  return (
    <nav aria-label={t('declaration:parts')} className="declaration-steps">
      <ol>
        {head.steps.map(({ name, label, open, faults }) => (
          <li key={name} data-now={name === step || undefined}>
            <Link to={`${home}/${name}`} aria-current={name === step ? 'step' : undefined}>
              {say(label)}
            </Link>
            {faults > 0 ? (
              <span className="badge bad">
                {t('declaration:faults', { count: faults, number: format.number(faults) })}
              </span>
            ) : open > 0 ? (
              <span className="soft">{t('declaration:open', { count: open, number: format.number(open) })}</span>
            ) : null}
          </li>
        ))}
        <li data-now={step === 'summary' || undefined}>
          <Link to={`${home}/summary`} aria-current={step === 'summary' ? 'step' : undefined}>
            {t('declaration:summary')}
          </Link>
        </li>
      </ol>
    </nav>
  )
}

/** A key of words does not end as a plural does. */
const SHARED: Readonly<Record<string, string>> = { phone_of_many: 'phone_shared', address_of_many: 'address_shared' }

/** What is wrong, in words: the form's own, or those of the interface. */
export function useFaultText(): (fault: Pick<FaultRow, 'code' | 'words'>) => string {
  const { t, say } = useSpeech()
  return ({ code, words }) => (words ? say(words) : t(`declaration:fault.${SHARED[code] ?? code}`))
}

/** Faults that belong to a member or to the whole, with whom and what they are about. */
export function FaultLine({ fault }: { fault: FaultRow }) {
  const speech = useSpeech()
  const text = useFaultText()
  const about = [fault.member ? nameText(fault.member, speech) : '', ...fault.about.map(speech.say)].filter(Boolean)
  return (
    <>
      {about.length > 0 ? <strong>{about.join(' · ')} · </strong> : null}
      {text(fault)}
    </>
  )
}

/** Why a page could not be saved. */
export function NotSaved({
  refusal,
}: {
  refusal: { readonly code: string; readonly by?: string; readonly at?: string }
}) {
  const { t, format } = useSpeech()
  return (
    <Alert color="red" role="alert" variant="light" className="declaration-refusal">
      {refusal.code === 'draft_changed'
        ? t('declaration:refusal.draft_changed', {
            by: refusal.by ?? '',
            at: refusal.at ? format.instant(refusal.at) : '',
          })
        : t(`declaration:refusal.${refusal.code}`)}
    </Alert>
  )
}
