import { Alert, Button, PasswordInput } from '@mantine/core'
import { data, Form, redirect, useActionData, useLoaderData } from 'react-router'
import { doorsOf, themePathOf } from '../load-context.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { Door } from './door.tsx'
import { schemeOf } from './layout.tsx'
import { PasswordRefusalText } from './password-refusal.tsx'

export const handle = { hydrates: true }

export async function loader({ request, context }: LoaderArgs) {
  const { staff, site } = doorsOf(context)
  const token = new URL(request.url).searchParams.get('token') ?? ''
  const invited = await staff.invitation(token)
  return data(
    { site, theme: themePathOf(context), scheme: schemeOf(request), token, invited },
    { status: invited ? 200 : 404 },
  )
}

export async function action({ request, context }: ActionArgs) {
  const form = await request.formData()
  const token = String(form.get('token') ?? '')
  const answer = await doorsOf(context).staff.acceptInvitation(token, String(form.get('password') ?? ''))
  if (answer.ok) return redirect('/console/sign-in', { status: 303 })
  if (answer.refusal.code === 'invitation_unknown') return redirect('/console/invitation', { status: 303 })
  return data({ refusal: answer.refusal }, { status: 422 })
}

/** Where a link of `socle staff invite` leads: somebody chooses a password that nobody else knows. */
export default function InvitationPage() {
  const { site, scheme, token, invited } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t } = useSpeech()
  return (
    <Door
      title={t('account:invitation.title')}
      countryName={site.countryName}
      scheme={scheme}
      refused={answer !== undefined}
      back="/console/sign-in"
    >
      {invited ? (
        <>
          <p>
            <strong>
              <bdi>{invited.name}</bdi>
            </strong>{' '}
            <bdi className="soft">{invited.email}</bdi>
          </p>
          {answer ? (
            <Alert color="red" role="alert" variant="light">
              <PasswordRefusalText refusal={answer.refusal} />
            </Alert>
          ) : null}
          <Form method="post" className="stack">
            <input type="hidden" name="token" value={token} />
            <input type="hidden" name="username" value={invited.email} autoComplete="username" />
            <PasswordInput
              name="password"
              label={t('account:password.next')}
              description={t('account:password.rule')}
              autoComplete="new-password"
              required
              withAsterisk={false}
              dir="ltr"
              visibilityToggleButtonProps={{ 'aria-label': t('console:signIn.show') }}
            />
            <Button type="submit" fullWidth>
              {t('account:invitation.choose')}
            </Button>
          </Form>
        </>
      ) : (
        <p>{t('account:invitation.over')}</p>
      )}
    </Door>
  )
}
