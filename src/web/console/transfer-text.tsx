import { Link } from 'react-router'
import type { CurrentRecipient, TransferRow } from '../receiving-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { nameText } from './names.ts'

/** Who receives today, since when and as what. */
export function RecipientText({ current }: { current: CurrentRecipient }) {
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <>
      <strong>
        <bdi>{nameText(current.name, speech)}</bdi>
      </strong>{' '}
      {current.capacity ? t(`receiving:capacity.${current.capacity}`) : null}{' '}
      <span className="soft">
        {current.until
          ? t('receiving:fromTo', { from: format.date(current.since), to: format.date(current.until) })
          : t('receiving:since', { date: format.date(current.since) })}
      </span>
    </>
  )
}

/** One transfer: who, as what, from when, on what proof, who said it and who agreed. */
export function TransferText({ transfer }: { transfer: TransferRow }) {
  const speech = useSpeech()
  const { t, format } = speech
  const { name, capacity, from, until, proof, paper, reason, says, askedAt, askedBy, decidedAt, decidedBy } = transfer
  return (
    <>
      <strong>
        <bdi>{nameText(name, speech)}</bdi>
      </strong>{' '}
      {t(`receiving:capacity.${capacity}`)}{' '}
      {until
        ? t('receiving:fromTo', { from: format.date(from), to: format.date(until) })
        : t('receiving:since', { date: format.date(from) })}{' '}
      <span className="soft">
        {t(`receiving:reason.${reason}`)}
        {proof ? (
          <>
            {' · '}
            {t(`receiving:proof.${proof.kind}`)} <bdi>{proof.number}</bdi>
          </>
        ) : null}
        {paper ? (
          <>
            {' · '}
            <Link to={`/console/papers/${paper}`} reloadDocument>
              {t('receiving:paper')}
            </Link>
          </>
        ) : null}
        {' · '}
        {t('receiving:askedBy', { name: askedBy, date: format.instant(askedAt) })}
        {decidedAt && decidedBy ? (
          <>
            {' · '}
            {t('receiving:decidedBy', { name: decidedBy, date: format.instant(decidedAt) })}
          </>
        ) : null}
      </span>
      <q>{says}</q>
    </>
  )
}
