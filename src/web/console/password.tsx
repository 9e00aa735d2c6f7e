import { Alert, Button, PasswordInput } from '@mantine/core'
import { data, Form, Link, redirect, useActionData } from 'react-router'
import { doorsOf, staffOf } from '../load-context.ts'
import type { ActionArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { Heading } from './parts.tsx'
import { PasswordRefusalText } from './password-refusal.tsx'

export async function action({ request, context }: ActionArgs) {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const passwords = { current: said('current'), next: said('next') }
  const answer = await doorsOf(context).staff.account.changePassword(staffOf(context), passwords)
  return answer.ok
    ? redirect('/console/account?changed', { status: 303 })
    : data({ refusal: answer.refusal }, { status: answer.refusal.code === 'too_many_attempts' ? 429 : 422 })
}

/** Another password for the own account. */
export default function Password() {
  const answer = useActionData<typeof action>()
  const { t } = useSpeech()
  const shows = { visibilityToggleButtonProps: { 'aria-label': t('console:signIn.show') } }
  return (
    <>
      <Heading title={t('account:password.change')} over={<Link to="/console/account">{t('account:title')}</Link>} />
      <Form method="post" className="narrow stack">
        {answer ? (
          <Alert color="red" role="alert" variant="light">
            <PasswordRefusalText refusal={answer.refusal} />
          </Alert>
        ) : null}
        <PasswordInput
          name="current"
          label={t('account:password.current')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          dir="ltr"
          {...shows}
        />
        <PasswordInput
          name="next"
          label={t('account:password.next')}
          description={t('account:password.rule')}
          autoComplete="new-password"
          required
          withAsterisk={false}
          dir="ltr"
          {...shows}
        />
        <p className="soft">{t('account:password.ends')}</p>
        <div>
          <Button type="submit">{t('account:password.change')}</Button>
        </div>
      </Form>
    </>
  )
}
