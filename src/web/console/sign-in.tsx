import { Alert, Button, PasswordInput, TextInput } from '@mantine/core'
import { data, Form, redirect, useActionData, useLoaderData, useNavigation } from 'react-router'
import type { DemonstrationAccount } from '../context.ts'
import { clientOf, doorsOf, themePathOf } from '../load-context.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { Door } from './door.tsx'
import { schemeOf } from './layout.tsx'
import { ownPath } from './own-path.ts'

export const handle = { hydrates: true }

export async function loader({ request, context }: LoaderArgs) {
  const { staff, site } = doorsOf(context)
  const { searchParams } = new URL(request.url)
  const next = ownPath(searchParams.get('next'))
  if (await staff.of(request.headers)) throw redirect(next)
  const outside = { name: staff.outside, refused: refusals.find(each => each === searchParams.get('refused')) }
  return {
    site,
    outside,
    theme: themePathOf(context),
    scheme: schemeOf(request),
    next,
    accounts: await staff.demonstration(),
  }
}

const refusals = ['outside_unknown', 'outside_refused'] as const

export async function action({ request, context }: ActionArgs) {
  const form = await request.formData()
  const email = String(form.get('email') ?? '').trim()
  const password = String(form.get('password') ?? '')
  // What a client says of its own address is written over.
  const asked = new Headers(request.headers)
  asked.set('socle-client', clientOf(context))
  const result = await doorsOf(context).staff.signIn(asked, { email, password })
  if (!result.ok)
    return data({ email, refusal: result.refusal }, { status: result.refusal.code === 'too_many_attempts' ? 429 : 401 })
  const headers = new Headers()
  for (const cookie of result.value.cookies) headers.append('set-cookie', cookie)
  const next = ownPath(form.get('next'))
  const to = result.value.codeAwaited ? `/console/sign-in/code?next=${encodeURIComponent(next)}` : next
  return redirect(to, { status: 303, headers })
}

export default function SignIn() {
  const { site, scheme, next, accounts, outside } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const busy = useNavigation().state === 'submitting'
  const { t } = useSpeech()
  return (
    <Door
      title={t('console:signIn.title')}
      countryName={site.countryName}
      scheme={scheme}
      refused={answer !== undefined}
      back={`/console/sign-in?next=${encodeURIComponent(next)}`}
    >
      <p className="soft">{t('console:signIn.what')}</p>
      {answer ? (
        <Alert color="red" role="alert" variant="light" id="refusal">
          {answer.refusal.code === 'too_many_attempts'
            ? t('console:signIn.refusal.too_many_attempts', { count: Math.ceil(answer.refusal.seconds / 60) })
            : t('console:signIn.refusal.credentials_refused')}
        </Alert>
      ) : null}
      {outside.refused && !answer ? (
        <Alert color="red" role="alert" variant="light">
          {t(`account:outside.${outside.refused}`)}
        </Alert>
      ) : null}
      <Form method="post" className="stack">
        <input type="hidden" name="next" value={next} />
        <TextInput
          name="email"
          type="email"
          label={t('console:signIn.email')}
          defaultValue={answer?.email}
          autoComplete="username"
          required
          withAsterisk={false}
          dir="ltr"
          {...(answer ? { 'aria-describedby': 'refusal' } : {})}
        />
        <PasswordInput
          name="password"
          label={t('console:signIn.password')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          dir="ltr"
          visibilityToggleButtonProps={{ 'aria-label': t('console:signIn.show') }}
        />
        <Button type="submit" loading={busy} fullWidth>
          {t('console:signIn.submit')}
        </Button>
      </Form>
      {outside.name === undefined ? null : (
        <p>
          <a className="quiet" href={`/console/sign-in/oidc?next=${encodeURIComponent(next)}`}>
            {t('account:outside.with', { name: outside.name })}
          </a>
        </p>
      )}
      {accounts.length > 0 ? <Accounts accounts={accounts} /> : null}
    </Door>
  )
}

/** The accounts of a demonstration, where there is one. */
function Accounts({ accounts }: { accounts: readonly DemonstrationAccount[] }) {
  const { t, say } = useSpeech()
  return (
    <section className="accounts" aria-labelledby="accounts">
      <h2 id="accounts">{t('console:signIn.demonstration')}</h2>
      <dl>
        {accounts.map(account => (
          <div key={account.email}>
            <dt>
              {account.name}{' '}
              <span className="soft">
                {[...account.roles.map(role => t(`staff:role.${role}`)), ...account.territories.map(say)].join(' · ')}
              </span>
            </dt>
            <dd dir="ltr">
              <code>{account.email}</code> <code>{account.password}</code>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
