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

/** One transfer: who, as what, from when, on what proof, who said it and who agreed; why, unless the page says it above. */
export function TransferText({ transfer, saidAbove = false }: { transfer: TransferRow; saidAbove?: boolean }) {
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
      {saidAbove ? null : <q>{says}</q>}
    </>
  )
}

/** The paper that a transfer rests on, for whoever decides: a photograph is shown, a PDF is opened. Looking at it is recorded. */
export function TransferPaper({ paper, paperTold }: Pick<TransferRow, 'paper' | 'paperTold'>) {
  const { t, format } = useSpeech()
  if (!paper || !paperTold) return null
  const { name, mediaType, size, scan } = paperTold
  const address = `/console/papers/${paper}`
  return (
    <figure className="paper-shown">
      {mediaType === 'application/pdf' ? null : <img src={address} alt={t('receiving:paperShown', { name })} />}
      <figcaption>
        <a href={address} download>
          {t('receiving:paperOpen')}
        </a>{' '}
        <bdi dir="ltr">{name}</bdi> ·{' '}
        {t('declaration:paper.size', { number: format.number(String(Math.ceil(size / 1024))) })}
        {scan === 'clean' ? null : (
          <>
            {' '}
            <span className="badge doubt">{t('declaration:paper.notScanned')}</span>
          </>
        )}
      </figcaption>
    </figure>
  )
}
