import { Alert, Button, NativeSelect, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { Form, Link, useActionData } from 'react-router'
import type { BudgetRefusal, BudgetsPage } from '../cycle-door.ts'
import { useSpeech } from '../speech-context.tsx'
import type { action } from './budgets.tsx'
import { Section } from './parts.tsx'

type Field = 'code' | 'label' | 'funder' | 'amount'

const fieldOf: Readonly<Partial<Record<BudgetRefusal['code'], Field>>> = {
  code_malformed: 'code',
  line_exists: 'code',
  line_unknown: 'code',
  label_missing: 'label',
  funder_missing: 'funder',
  amount_malformed: 'amount',
  amount_too_large: 'amount',
  amount_not_positive: 'amount',
}

/** A refusal that is about no field, with the way to the second step where that is what is missing. */
export function StepRefused({ says, code }: { says: string; code: string }) {
  const { t } = useSpeech()
  return (
    <Alert color="red" role="alert" variant="light">
      {says}
      {code === 'second_factor_required' ? (
        <>
          {' '}
          <Link to="/console/account/second-step">{t('security:run.secondStep')}</Link>
        </>
      ) : null}
    </Alert>
  )
}

/** Opens a line with its envelope, or adds to one. */
export function BudgetForms({ page, gift, addition }: { page: BudgetsPage; gift: string; addition: string }) {
  const { t } = useSpeech()
  return (
    <>
      <Section title={t('cycle:budget.open')}>
        <OpenLine page={page} gift={gift} />
      </Section>
      {page.rows.length > 0 ? (
        <Section title={t('cycle:budget.add')}>
          <AddToLine page={page} gift={addition} />
        </Section>
      ) : null}
    </>
  )
}

/** What was answered to one of the two forms: why it was refused, and what was typed in it. */
function useAnswered(step: 'open' | 'add') {
  const { t } = useSpeech()
  const answer = useActionData<typeof action>()
  const refused = answer?.do === step ? answer : undefined
  const says = (field: Field | undefined) =>
    refused && fieldOf[refused.code] === field ? t(`cycle:budget.refusal.${refused.code}`) : undefined
  return { refused, says, given: refused?.answers }
}

type GiftFormProps = {
  readonly answer: ReturnType<typeof useAnswered>
  readonly gift: string
  readonly children: ReactNode
}

/** A form that gives to a line: its id is made before it is sent, so that sent twice it gives once. */
function GiftForm({ answer: { refused, says }, gift, children }: GiftFormProps) {
  const all = says(undefined)
  return (
    <Form method="post" className="narrow stack">
      {all && refused ? <StepRefused says={all} code={refused.code} /> : null}
      <input type="hidden" name="gift" value={refused?.gift ?? gift} />
      {children}
    </Form>
  )
}

function OpenLine({ page, gift }: { page: BudgetsPage; gift: string }) {
  const { t } = useSpeech()
  const answer = useAnswered('open')
  const { given, says } = answer
  return (
    <GiftForm answer={answer} gift={gift}>
      <TextInput
        id="open-code"
        name="code"
        label={t('cycle:budget.code')}
        description={t('cycle:budget.codeHow')}
        defaultValue={given?.code ?? ''}
        error={says('code')}
        maxLength={40}
        dir="ltr"
      />
      <TextInput
        name="label"
        label={t('cycle:budget.label')}
        defaultValue={given?.label ?? ''}
        error={says('label')}
        maxLength={200}
      />
      <TextInput
        name="funder"
        label={t('cycle:budget.funder')}
        defaultValue={given?.funder ?? ''}
        error={says('funder')}
        maxLength={200}
      />
      <TextInput
        id="open-amount"
        name="amount"
        label={t('cycle:budget.envelope', { currency: page.currency })}
        inputMode="decimal"
        defaultValue={given?.amount ?? ''}
        error={says('amount')}
        dir="ltr"
      />
      <div>
        <Button type="submit" name="do" value="open">
          {t('cycle:budget.openSubmit')}
        </Button>
      </div>
    </GiftForm>
  )
}

function AddToLine({ page, gift }: { page: BudgetsPage; gift: string }) {
  const { t } = useSpeech()
  const answer = useAnswered('add')
  const { given, says } = answer
  return (
    <GiftForm answer={answer} gift={gift}>
      <NativeSelect
        id="add-code"
        name="code"
        label={t('console:run.budgetLine')}
        defaultValue={given?.code ?? ''}
        error={says('code')}
        data={page.rows.map(({ code, label }) => ({ value: code, label: `${code} · ${label}` }))}
      />
      <TextInput
        id="add-amount"
        name="amount"
        label={t('cycle:budget.addition')}
        inputMode="decimal"
        defaultValue={given?.amount ?? ''}
        error={says('amount')}
        dir="ltr"
      />
      <TextInput name="why" label={t('cycle:budget.why')} defaultValue={given?.why ?? ''} maxLength={200} />
      <div>
        <Button type="submit" name="do" value="add" variant="default">
          {t('cycle:budget.addSubmit')}
        </Button>
      </div>
    </GiftForm>
  )
}
