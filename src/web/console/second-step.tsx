import { Alert, Button, PasswordInput, TextInput } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { doorsOf, staffOf } from '../load-context.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { CodeRefusalText } from './code-refusal.tsx'
import { Heading } from './parts.tsx'
import { qrPath } from './qr-path.ts'

export async function loader({ context }: LoaderArgs) {
  const factor = await doorsOf(context).staff.account.secondFactor(staffOf(context))
  return factor.state === 'begun'
    ? { state: factor.state, secret: factor.secret, qr: qrPath(factor.uri) }
    : { state: factor.state }
}

export async function action({ request, context }: ActionArgs) {
  const { account } = doorsOf(context).staff
  const self = staffOf(context)
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  switch (said('do')) {
    case 'confirm': {
      const answer = await account.confirmSecondFactor(self, { code: said('code'), password: said('password') })
      return answer.ok
        ? data({ recoveryCodes: answer.value.recoveryCodes })
        : data({ refusal: answer.refusal }, { status: 422 })
    }
    case 'remove': {
      const answer = await account.removeSecondFactor(self, said('code'))
      return answer.ok
        ? redirect('/console/account', { status: 303 })
        : data({ refusal: answer.refusal }, { status: 422 })
    }
    default:
      await account.beginSecondFactor(self)
      return redirect('/console/account/second-step', { status: 303 })
  }
}

/** Setting up the second step of signing in, and taking it away. */
export default function SecondStep() {
  const loaded = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t } = useSpeech()
  if (answer && 'recoveryCodes' in answer) return <RecoveryCodes codes={answer.recoveryCodes} />
  return (
    <>
      <Heading title={t('account:secondStep.title')} over={<Link to="/console/account">{t('account:title')}</Link>} />
      <div className="narrow stack">
        {answer ? (
          <Alert color="red" role="alert" variant="light">
            <CodeRefusalText refusal={answer.refusal} />
          </Alert>
        ) : null}
        {loaded.state === 'begun' ? <Confirm secret={loaded.secret} qr={loaded.qr} /> : null}
        {loaded.state === 'off' ? <Begin /> : null}
        {loaded.state === 'on' ? <Remove /> : null}
      </div>
    </>
  )
}

function Begin() {
  const { t } = useSpeech()
  return (
    <Form method="post" className="stack">
      <p>{t('account:secondStep.explained')}</p>
      <div>
        <Button type="submit" name="do" value="begin">
          {t('account:secondStep.begin')}
        </Button>
      </div>
    </Form>
  )
}

function Confirm({ secret, qr }: { secret: string; qr: { readonly size: number; readonly path: string } }) {
  const { t } = useSpeech()
  return (
    <>
      <p>{t('account:secondStep.scan')}</p>
      <svg className="qr" viewBox={`0 0 ${qr.size} ${qr.size}`} role="img" aria-label={t('account:secondStep.qr')}>
        <rect width={qr.size} height={qr.size} fill="#ffffff" />
        <path d={qr.path} fill="#000000" />
      </svg>
      <p>
        {t('account:secondStep.orType')}{' '}
        <code dir="ltr" className="secret">
          {secret.match(/.{1,4}/g)?.join(' ')}
        </code>
      </p>
      <Form method="post" className="stack">
        <input type="hidden" name="do" value="confirm" />
        <TextInput
          name="code"
          label={t('account:code.label')}
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          withAsterisk={false}
          dir="ltr"
        />
        <PasswordInput
          name="password"
          label={t('account:secondStep.password')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          dir="ltr"
          visibilityToggleButtonProps={{ 'aria-label': t('console:signIn.show') }}
        />
        <div>
          <Button type="submit">{t('account:secondStep.confirm')}</Button>
        </div>
      </Form>
    </>
  )
}

function Remove() {
  const { t } = useSpeech()
  return (
    <Form method="post" className="stack">
      <input type="hidden" name="do" value="remove" />
      <p>{t('account:secondStep.removing')}</p>
      <TextInput
        name="code"
        label={t('account:code.label')}
        description={t('account:code.recovery')}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        required
        withAsterisk={false}
        dir="ltr"
      />
      <div>
        <Button type="submit">{t('account:secondStep.remove')}</Button>
      </div>
    </Form>
  )
}

function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const { t } = useSpeech()
  return (
    <>
      <Heading title={t('account:recovery.title')} over={<Link to="/console/account">{t('account:title')}</Link>} />
      <div className="narrow stack">
        <p role="status">{t('account:recovery.done')}</p>
        <p>{t('account:recovery.keep')}</p>
        <ol className="recovery-codes" dir="ltr">
          {codes.map(code => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ol>
        <p>
          <Link to="/console/account">{t('account:recovery.kept')}</Link>
        </p>
      </div>
    </>
  )
}
