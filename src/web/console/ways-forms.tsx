import { Button } from '@mantine/core'
import { Form, Link, useActionData } from 'react-router'
import type { CashWay } from '#payments'
import { useSpeech } from '../speech-context.tsx'
import type { NetworkOfCash, ProviderWay } from '../way-door.ts'
import { StepRefused } from './budget-forms.tsx'
import type { action } from './ways.tsx'

type Network = ProviderWay & { readonly cash: NetworkOfCash }
type Props = { readonly network: Network; readonly id: string; readonly maySay: boolean }

/** One network of cash: how it pays, what waits for a second person, and the other way with what it would change. */
export function NetworkForms({ network, id, maySay }: Props) {
  const { t } = useSpeech()
  const answer = useActionData<typeof action>()
  const { code, name, cash } = network
  const refused = answer?.provider === code ? answer : undefined
  const anchor = `way-${code}`
  return (
    <article className="anomaly network" id={anchor} aria-labelledby={`${anchor}-title`}>
      <h3 id={`${anchor}-title`}>
        <bdi>{name}</bdi>
      </h3>
      <p>{t(`ways:pays.${cash.way}`)}</p>
      {refused ? <StepRefused says={t(`ways:refusal.${refused.code}`)} code={refused.code} /> : null}
      {cash.waiting ? (
        <Waiting network={network} waiting={cash.waiting} maySay={maySay} />
      ) : maySay ? (
        <Propose network={network} id={id} />
      ) : null}
    </article>
  )
}

type WaitingProps = {
  readonly network: Network
  readonly waiting: NonNullable<NetworkOfCash['waiting']>
  readonly maySay: boolean
}

/** What one person said: another agrees, and either takes it back. */
function Waiting({ network, waiting, maySay }: WaitingProps) {
  const { t, format } = useSpeech()
  const { id, way, own, by, at } = waiting
  return (
    <>
      <p>
        <span className="badge doubt">{t(`ways:toBe.${way}`)}</span>{' '}
        {t('ways:saidBy', { name: by, date: format.instant(at) })}
      </p>
      <Consequence network={network} way={way} />
      {own ? <p className="soft">{t('ways:refusal.way_is_own')}</p> : null}
      {maySay ? (
        <Form method="post" className="decide">
          <input type="hidden" name="id" value={id} />
          <input type="hidden" name="provider" value={network.code} />
          <div className="buttons">
            {own ? null : (
              <Button type="submit" name="do" value="agree">
                {t('ways:agree')}
              </Button>
            )}
            <Button type="submit" name="do" value="withdraw" variant="default">
              {own ? t('ways:withdraw') : t('ways:refuse')}
            </Button>
          </div>
        </Form>
      ) : null}
    </>
  )
}

/** There are two ways: what may be proposed is the other one. */
function Propose({ network, id }: { network: Network; id: string }) {
  const { t } = useSpeech()
  const way: CashWay = network.cash.way === 'counter' ? 'own_till' : 'counter'
  return (
    <Form method="post" className="decide">
      <h4>{t(`ways:other.${way}`)}</h4>
      <Consequence network={network} way={way} />
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="provider" value={network.code} />
      <input type="hidden" name="way" value={way} />
      <div>
        <Button type="submit" name="do" value="say" variant="default">
          {t('ways:propose')}
        </Button>
      </div>
    </Form>
  )
}

/** What another way changes, for whom, and what it leaves as it is. */
function Consequence({ network, way }: { network: Network; way: CashWay }) {
  const { t, format } = useSpeech()
  const { runs } = network.cash
  const reached = runs.filter(run => !run.announced)
  const kept = runs.filter(run => run.announced)
  const list = (some: typeof runs) =>
    some.map(({ reference, instructions }, index) => (
      <span key={reference}>
        {index > 0 ? ' · ' : ''}
        <Link to={`/console/payments/${encodeURIComponent(reference)}`}>
          <bdi>{reference}</bdi>
        </Link>{' '}
        {t('ways:ofRun', { payments: format.number(instructions) })}
      </span>
    ))
  return (
    <ul className="consequence">
      <li>{t(`ways:change.${way}`)}</li>
      <li>
        {reached.length > 0 ? t('ways:reached') : t('ways:reachesNone')} {list(reached)}
      </li>
      <li>
        {t('ways:stays')} {kept.length > 0 ? t('ways:announced') : null} {list(kept)}
      </li>
    </ul>
  )
}
