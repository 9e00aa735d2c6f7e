import { Alert, Button, NativeSelect, TextInput } from '@mantine/core'
import { Form, useActionData } from 'react-router'
import type { PayeePage, RecordingRefusal } from '../payee-door.ts'
import { useSpeech } from '../speech-context.tsx'
import type { action } from './payee.tsx'

type Field = 'provider' | 'number' | 'from' | 'all'

const fieldOf: Readonly<Record<RecordingRefusal['code'], Field>> = {
  provider_unknown: 'provider',
  not_an_account_number: 'number',
  wrong_length: 'number',
  rib_key_wrong: 'number',
  iban_check_wrong: 'number',
  number_not_needed: 'number',
  day_malformed: 'from',
  day_past: 'from',
  day_too_far: 'from',
  nothing_changes: 'all',
}

/** A new account, or another one from a day on: who carries the money says which kind of number is asked. */
export function RecordAccount({ page, id }: { page: PayeePage; id: string }) {
  const { t, format } = useSpeech()
  const answer = useActionData<typeof action>()
  const refused = answer?.do === 'record' ? answer : undefined
  const says = (field: Field) => {
    const refusal = refused?.refusal
    if (!refusal || fieldOf[refusal.code] !== field) return undefined
    const [length, expected] =
      refusal.code === 'wrong_length' ? [format.number(refusal.length), format.number(refusal.expected)] : ['', '']
    return t(`payee:refusal.${refusal.code}`, { length, expected })
  }
  const all = says('all')
  return (
    <Form method="post" className="narrow stack">
      <p className="soft">{t('payee:cooling', { count: page.coolingDays, number: format.number(page.coolingDays) })}</p>
      {all ? (
        <Alert color="red" role="alert" variant="light">
          {all}
        </Alert>
      ) : null}
      <input type="hidden" name="account" value={refused?.asked.id ?? id} />
      <NativeSelect
        name="provider"
        label={t('payee:provider')}
        defaultValue={refused?.asked.provider ?? ''}
        error={says('provider')}
        data={[
          { value: '', label: t('payee:choose') },
          ...page.providers.map(({ code, name, kind }) => ({
            value: code,
            label: `${t(`payee:kind.${kind}`)} · ${name}`,
          })),
          { value: 'closed', label: t('payee:kind.closed') },
        ]}
      />
      <TextInput
        name="number"
        label={t('payee:number')}
        description={t('payee:numberHow')}
        defaultValue={refused?.asked.number ?? ''}
        error={says('number')}
        maxLength={60}
        dir="ltr"
        autoComplete="off"
        spellCheck={false}
      />
      <TextInput
        name="from"
        type="date"
        label={t('payee:from')}
        defaultValue={refused?.asked.from ?? page.today}
        error={says('from')}
      />
      <div>
        <Button type="submit" name="do" value="record">
          {t('payee:record')}
        </Button>
      </div>
    </Form>
  )
}
