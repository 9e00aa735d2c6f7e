import { Link, useLoaderData } from 'react-router'
import type { OwnSecondFactor } from '#security'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { Heading, Section } from './parts.tsx'

export async function loader({ context }: LoaderArgs) {
  const self = staffOf(context)
  const { account } = doorsOf(context).staff
  return { email: self.email, secondFactor: inTimeOf(context, shown(await account.secondFactor(self))) }
}

/** What the page says of it: the secret of one that is begun is for the page that sets it up. */
function shown(factor: OwnSecondFactor) {
  return factor.state === 'on'
    ? { on: true as const, since: factor.since.toISOString(), recoveryCodesLeft: factor.recoveryCodesLeft }
    : { on: false as const }
}

/** The own account of a member of staff. */
export default function OwnAccount() {
  const { email, secondFactor } = useLoaderData<typeof loader>()
  const { t, format } = useSpeech()
  return (
    <>
      <Heading title={t('account:title')} over={<bdi>{email}</bdi>} />
      <Section title={t('account:secondStep.title')}>
        <p>
          {secondFactor.on ? (
            <>
              <span className="badge good">{t('account:secondStep.on')}</span>{' '}
              {t('account:secondStep.since', { date: format.instant(secondFactor.since) })}{' '}
              {t('account:secondStep.left', { count: secondFactor.recoveryCodesLeft })}
            </>
          ) : (
            <>
              <span className="badge doubt">{t('account:secondStep.off')}</span> {t('account:secondStep.why')}
            </>
          )}
        </p>
        <p>
          <Link to="/console/account/second-step">
            {secondFactor.on ? t('account:secondStep.remove') : t('account:secondStep.set')}
          </Link>
        </p>
      </Section>
    </>
  )
}
