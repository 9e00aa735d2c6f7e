import { Link, useLoaderData } from 'react-router'
import { doorsOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { placeText } from './names.ts'
import { Heading } from './parts.tsx'

export const loader = guarded('cash_payment.record', ({ context }) =>
  doorsOf(context).console.counters(staffOf(context)),
)

/** The points at which the reader may pay: one is chosen, and its counter kept open all day. */
export default function CounterChoice() {
  const counters = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t } = speech
  return (
    <>
      <Heading title={t('cash:counter.choose')} />
      {counters.length === 0 ? <p className="empty">{t('cash:counter.none')}</p> : null}
      <ul className="to-do">
        {counters.map(({ id, name, territory }) => (
          <li key={id}>
            <Link to={`/console/points/${id}/pay`}>
              <bdi>{name}</bdi>
            </Link>
            <span className="soft">{placeText(territory, speech)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
