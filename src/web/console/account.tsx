import { Form, Link, redirect, useLoaderData } from 'react-router'
import { parseId } from '#kernel'
import type { OwnSecondFactor, OwnSession } from '#security'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { deviceName } from './device-name.ts'
import { Heading, Section } from './parts.tsx'

export async function loader({ request, context }: LoaderArgs) {
  const self = staffOf(context)
  const { account } = doorsOf(context).staff
  return inTimeOf(context, {
    email: self.email,
    secondFactor: factorShown(await account.secondFactor(self)),
    sessions: (await account.sessions(self)).map(sessionShown),
    changed: new URL(request.url).searchParams.has('changed'),
  })
}

/** Ends the session named, or all others. */
export async function action({ request, context }: ActionArgs) {
  const which = String((await request.formData()).get('end') ?? '')
  const session = which === 'others' ? which : parseId<'session'>(which)
  if (session) await doorsOf(context).staff.account.endSessions(staffOf(context), session)
  return redirect('/console/account', { status: 303 })
}

/** What the page says of it: the secret of one that is begun is for the page that sets it up. */
function factorShown(factor: OwnSecondFactor) {
  return factor.state === 'on'
    ? { on: true as const, since: factor.since.toISOString(), recoveryCodesLeft: factor.recoveryCodesLeft }
    : { on: false as const }
}

function sessionShown({ id, current, openedAt, seenAt, address, agent }: OwnSession) {
  const device = deviceName(agent)
  return { id, current, openedAt: openedAt.toISOString(), seenAt: seenAt.toISOString(), address, device }
}

/** The own account of a member of staff: second step, password, open sessions. */
export default function OwnAccount() {
  const { email, secondFactor, sessions, changed } = useLoaderData<typeof loader>()
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
      <Section title={t('account:password.title')}>
        {changed ? <p role="status">{t('account:password.changed')}</p> : null}
        <p>
          <Link to="/console/account/password">{t('account:password.change')}</Link>
        </p>
      </Section>
      <Sessions sessions={sessions} />
    </>
  )
}

function Sessions({ sessions }: { sessions: readonly ReturnType<typeof sessionShown>[] }) {
  const { t, format } = useSpeech()
  return (
    <Section title={t('account:sessions.title')}>
      <p className="soft">{t('account:sessions.what')}</p>
      <Form method="post">
        <ul className="sessions">
          {sessions.map(session => (
            <li key={session.id}>
              <div>
                <strong>
                  <bdi>{session.device ?? t('account:sessions.unknown')}</bdi>
                </strong>{' '}
                {session.address ? <bdi dir="ltr">{session.address}</bdi> : null}{' '}
                {session.current ? <span className="badge good">{t('account:sessions.current')}</span> : null}
                <span className="soft">
                  {t('account:sessions.times', {
                    opened: format.instant(session.openedAt),
                    seen: format.instant(session.seenAt),
                  })}
                </span>
              </div>
              {session.current ? null : (
                <button type="submit" name="end" value={session.id} className="quiet">
                  {t('account:sessions.end')}{' '}
                  <span className="unseen">
                    {session.device ?? t('account:sessions.unknown')} {format.instant(session.openedAt)}
                  </span>
                </button>
              )}
            </li>
          ))}
        </ul>
        {sessions.length > 1 ? (
          <button type="submit" name="end" value="others" className="quiet">
            {t('account:sessions.endOthers')}
          </button>
        ) : null}
      </Form>
    </Section>
  )
}
