import { Button, TextInput } from '@mantine/core'
import { Form, Link, useLoaderData } from 'react-router'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { RegistrationRow } from '../registration-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { detailText } from './detail-text.ts'
import { guarded } from './guard.ts'
import { placeText } from './names.ts'
import { Heading, Name } from './parts.tsx'
import { Table } from './table.tsx'

export const loader = guarded('person.register', async ({ request, context }) => {
  const reference = (new URL(request.url).searchParams.get('reference') ?? '').trim().slice(0, 40)
  const list = await doorsOf(context).console.registrations(staffOf(context), reference)
  return { reference, ...inTimeOf(context, list) }
})

/** Pre-registrations that wait for an agent: by reference, or who waited longest first. */
export default function Registrations() {
  const { reference, total, rows } = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <>
      <Heading
        title={t('registration:list.title')}
        aside={
          <Button component={Link} to="/console/persons/new">
            {t('registration:list.new')}
          </Button>
        }
      />
      <Form method="get" className="filters">
        <TextInput
          key={reference}
          name="reference"
          label={t('registration:reference')}
          dir="ltr"
          maxLength={40}
          autoComplete="off"
          defaultValue={reference}
        />
        <Button type="submit" variant="default">
          {t('registration:list.find')}
        </Button>
        {reference ? <Link to="/console/registrations">{t('registration:list.all')}</Link> : null}
      </Form>
      <p className="count" role="status">
        {reference
          ? t('registration:list.found', { count: total, number: format.number(total) })
          : t('registration:list.waiting', { count: total, number: format.number(total) })}
      </p>
      <Table
        caption={t('registration:list.title')}
        quietCaption
        rows={rows}
        keyOf={row => row.id}
        empty={reference ? t('registration:list.none') : t('registration:list.nobody')}
        columns={[
          {
            key: 'reference',
            label: t('registration:reference'),
            text: row => row.reference,
            cell: row => <Reference row={row} />,
          },
          {
            key: 'name',
            label: t('registration:own.answer.name'),
            text: row => row.name.latin ?? row.name.arabic ?? '',
            cell: row => <Name name={row.name} />,
          },
          {
            key: 'birth',
            label: t('registration:own.answer.birth'),
            text: row => (row.birth ? detailText({ kind: 'birth', ...row.birth }, speech) : '–'),
          },
          {
            key: 'place',
            label: t('registration:own.answer.place'),
            text: row => placeText(row.territory, speech),
          },
          { key: 'said', label: t('registration:list.said'), text: row => format.instant(row.saidAt) },
          {
            key: 'state',
            label: t('console:column.state'),
            text: row => t(`registration:outcome.${row.outcome ?? 'waiting'}`),
          },
        ]}
      />
    </>
  )
}

function Reference({ row }: { row: RegistrationRow }) {
  const to = row.outcome ? row.person && `/console/persons/${row.person}` : `/console/persons/new?from=${row.id}`
  const reference = <bdi className="number">{row.reference}</bdi>
  return to ? <Link to={to}>{reference}</Link> : reference
}
