import { Alert, Button, TextInput } from '@mantine/core'
import { data, Form, redirect, useActionData, useLoaderData, useNavigation } from 'react-router'
import { doorsOf, themePathOf } from '../load-context.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { CodeRefusalText } from './code-refusal.tsx'
import { Door } from './door.tsx'
import { schemeOf } from './layout.tsx'
import { ownPath } from './own-path.ts'

export const handle = { hydrates: true }

export async function loader({ request, context }: LoaderArgs) {
  const { staff, site } = doorsOf(context)
  const next = ownPath(new URL(request.url).searchParams.get('next'))
  if (await staff.of(request.headers)) throw redirect(next)
  if (!(await staff.codeAwaited(request.headers))) throw redirect(signInFirst(next))
  return { site, theme: themePathOf(context), scheme: schemeOf(request), next }
}

export async function action({ request, context }: ActionArgs) {
  const form = await request.formData()
  const next = ownPath(form.get('next'))
  const answer = await doorsOf(context).staff.enterCode(request.headers, String(form.get('code') ?? ''))
  if (answer.ok) return redirect(next, { status: 303 })
  if (answer.refusal.code === 'sign_in_again') return redirect(signInFirst(next), { status: 303 })
  return data({ refusal: answer.refusal }, { status: answer.refusal.code === 'too_many_attempts' ? 429 : 401 })
}

function signInFirst(next: string): string {
  return `/console/sign-in?next=${encodeURIComponent(next)}`
}

/** The second step of signing in: the code of an authenticator, or a recovery code. */
export default function SignInCode() {
  const { site, scheme, next } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const busy = useNavigation().state === 'submitting'
  const { t } = useSpeech()
  return (
    <Door
      title={t('account:code.title')}
      countryName={site.countryName}
      scheme={scheme}
      refused={answer !== undefined}
      back={`/console/sign-in/code?next=${encodeURIComponent(next)}`}
    >
      <p className="soft">{t('account:code.what')}</p>
      {answer ? (
        <Alert color="red" role="alert" variant="light" id="refusal">
          <CodeRefusalText refusal={answer.refusal} />
        </Alert>
      ) : null}
      <Form method="post" className="stack">
        <input type="hidden" name="next" value={next} />
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
        <Button type="submit" loading={busy} fullWidth>
          {t('account:code.submit')}
        </Button>
      </Form>
      <form method="post" action="/console/sign-out">
        <button type="submit" className="quiet">
          {t('account:code.other')}
        </button>
      </form>
    </Door>
  )
}
