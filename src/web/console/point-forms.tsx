import { Alert, Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { Form, useActionData } from 'react-router'
import type { PointReject } from '#payments'
import type { PointsPage } from '../cash-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { Section } from './parts.tsx'
import { periodText } from './payment-columns.ts'
import type { action } from './points.tsx'

/** What keeps points: a window for a run, who collects where, the list of a network. */
export function PointForms({ page, id }: { page: PointsPage; id: string }) {
  const { t } = useSpeech()
  const networks = page.providers.map(({ code, name }) => ({ value: code, label: name }))
  return (
    <>
      {page.runs.length > 0 ? (
        <Section title={t('cash:window.title')}>
          <WindowForm page={page} id={id} networks={networks} />
        </Section>
      ) : null}
      {page.points.length > 0 ? (
        <Section title={t('cash:assign.title')}>
          <AssignForm networks={networks} />
        </Section>
      ) : null}
      <Section title={t('cash:list.title')}>
        <ListForm networks={networks} />
      </Section>
    </>
  )
}

type Networks = { readonly networks: { readonly value: string; readonly label: string }[] }

function Network({ networks }: Networks) {
  const { t } = useSpeech()
  return <NativeSelect name="provider" label={t('cash:network')} data={networks} />
}

function Refusal({ code, more = {} }: { code: string; more?: Readonly<Record<string, string>> }) {
  const { t } = useSpeech()
  return (
    <Alert color="red" role="alert" variant="light">
      {t(`cash:refusal.${code}`, { columns: '', ...more })}
    </Alert>
  )
}

function WindowForm({ page, id, networks }: Networks & { page: PointsPage; id: string }) {
  const { t, format } = useSpeech()
  const given = useActionData<typeof action>()
  const refused = given?.do === 'window' ? given : undefined
  const runs = page.runs.map(({ reference, label, period }) => ({
    value: reference,
    label: `${label} ${periodText(period, format)} (${reference})`,
  }))
  return (
    <Form method="post" className="narrow stack">
      <p className="soft">{t('cash:window.what')}</p>
      {refused ? <Refusal code={refused.refusal.code} /> : null}
      <input type="hidden" name="id" value={id} />
      <NativeSelect name="run" label={t('cash:column.run')} data={runs} defaultValue={refused?.asked.reference ?? ''} />
      <Network networks={networks} />
      <TextInput
        name="opens"
        type="date"
        label={t('cash:column.opens')}
        defaultValue={refused?.asked.opensOn ?? page.today}
      />
      <TextInput
        name="closes"
        type="date"
        label={t('cash:column.closes')}
        defaultValue={refused?.asked.closesOn ?? ''}
      />
      <div>
        <Button type="submit" name="do" value="window">
          {t('cash:window.submit')}
        </Button>
      </div>
    </Form>
  )
}

function AssignForm({ networks }: Networks) {
  const { t, format } = useSpeech()
  const given = useActionData<typeof action>()
  const answer = given?.do === 'assign' ? given : undefined
  return (
    <Form method="post" className="narrow stack">
      <p className="soft">{t('cash:assign.what')}</p>
      {answer && 'refusal' in answer ? <Refusal code={answer.refusal.code} /> : null}
      {answer && 'assigned' in answer ? (
        <Alert color="yellow" role="alert" variant="light">
          {t('cash:assign.left', {
            placed: format.number(answer.assigned.placed),
            left: format.number(answer.assigned.left),
          })}
        </Alert>
      ) : null}
      <Network networks={networks} />
      <TextInput
        name="days"
        inputMode="numeric"
        label={t('cash:assign.days')}
        description={t('cash:assign.daysHow')}
        defaultValue="10"
      />
      <label>
        <input type="checkbox" name="again" value="yes" /> {t('cash:assign.again')}
      </label>
      <div>
        <Button type="submit" name="do" value="assign">
          {t('cash:assign.submit')}
        </Button>
      </div>
    </Form>
  )
}

const EXAMPLE = 'code;name;territory;opening;agents;per_day;longitude;latitude;closed'

function ListForm({ networks }: Networks) {
  const { t, format } = useSpeech()
  const given = useActionData<typeof action>()
  const answer = given?.do === 'list' ? given : undefined
  const taken = answer && 'taken' in answer ? answer.taken : undefined
  return (
    <Form method="post" className="stack">
      <p className="soft">{t('cash:list.what')}</p>
      <p>
        <code dir="ltr">{EXAMPLE}</code>
      </p>
      {answer && 'refusal' in answer ? <Refusal code={answer.refusal.code} more={moreOf(answer.refusal)} /> : null}
      {taken ? (
        <Alert color="yellow" role="alert" variant="light">
          {t('cash:list.partly', {
            taken: format.number(taken.fresh + taken.changed + taken.same),
            rejected: format.number(taken.rejects.length),
          })}
          <Rejects rejects={taken.rejects} />
        </Alert>
      ) : null}
      <Network networks={networks} />
      <Textarea
        name="list"
        label={t('cash:list.label')}
        rows={6}
        defaultValue={answer?.list ?? ''}
        spellCheck={false}
        dir="ltr"
      />
      <div>
        <Button type="submit" name="do" value="list">
          {t('cash:list.submit')}
        </Button>
      </div>
    </Form>
  )
}

function moreOf(refusal: { readonly code: string; readonly columns?: readonly string[] }): Record<string, string> {
  return { columns: refusal.columns?.join(', ') ?? '' }
}

const REJECTS_SHOWN = 20

function Rejects({ rejects }: { rejects: readonly PointReject[] }) {
  const { t, format } = useSpeech()
  return (
    <ul>
      {rejects.slice(0, REJECTS_SHOWN).map(({ line, column, code, text }) => (
        <li key={`${line} ${column}`}>
          {t('cash:list.line', { line: format.number(line) })} <bdi>{column}</bdi>: {t(`cash:reject.${code}`)}{' '}
          {text ? <q dir="auto">{text}</q> : null}
        </li>
      ))}
    </ul>
  )
}
