import { Button, NativeSelect } from '@mantine/core'
import { Form, Link, useLoaderData } from 'react-router'
import type { Zone } from '#population'
import type { PairRow } from '../duplicate-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { certainty, PairNames } from './duplicate-names.tsx'
import { guarded } from './guard.ts'
import { placeText } from './names.ts'
import { Pager } from './pager.tsx'
import { Heading } from './parts.tsx'
import { Table } from './table.tsx'

const zones: readonly Zone[] = ['same', 'to_settle']

export const loader = guarded('duplicate.settle', async ({ request, context }) => {
  const { searchParams } = new URL(request.url)
  const zone = zones.find(each => each === searchParams.get('zone'))
  const later = searchParams.get('later') === 'yes'
  const asked = searchParams.get('page') ?? '1'
  const page = /^[1-9]\d{0,4}$/.test(asked) ? Number(asked) : 1
  const list = await doorsOf(context).console.duplicates(staffOf(context), { zone, later, page })
  return inTimeOf(context, { zone, later, page, ...list, pages: Math.ceil(list.total / list.perPage) })
})

/** The work list: pairs of files that may be one person. */
export default function Duplicates() {
  const { zone, later, page, pages, rows, total } = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <>
      <Heading
        title={t('duplicates:title')}
        aside={<Link to="/console/duplicates/settled">{t('duplicates:settled.title')}</Link>}
      />
      <p className="soft">{t('duplicates:what')}</p>
      <Form method="get" className="filters pair-form">
        <NativeSelect
          name="zone"
          label={t('duplicates:zoneLabel')}
          defaultValue={zone ?? ''}
          data={[
            { value: '', label: t('duplicates:zone.all') },
            ...zones.map(each => ({ value: each, label: t(`duplicates:zone.${each}`) })),
          ]}
        />
        <NativeSelect
          name="later"
          label={t('duplicates:laterLabel')}
          defaultValue={later ? 'yes' : 'no'}
          data={(['no', 'yes'] as const).map(each => ({ value: each, label: t(`duplicates:later.${each}`) }))}
        />
        <Button type="submit" variant="default">
          {t('duplicates:filter')}
        </Button>
      </Form>
      {total > 0 ? (
        <p className="count" role="status">
          {t('duplicates:count', { count: total, number: format.number(total) })}
        </p>
      ) : null}
      <Table
        caption={t('duplicates:title')}
        quietCaption
        rows={rows}
        keyOf={row => `${row.one} ${row.other}`}
        empty={t('duplicates:none')}
        columns={[
          {
            key: 'persons',
            label: t('duplicates:column.persons'),
            text: () => '',
            cell: row => (
              <Link to={`/console/duplicates/${row.one}/${row.other}`}>
                <PairNames names={row.names} />
              </Link>
            ),
          },
          {
            key: 'likeness',
            label: t('duplicates:column.likeness'),
            text: row => certainty(row.permille, speech),
          },
          {
            key: 'territory',
            label: t('duplicates:column.territory'),
            text: row => placeText(row.territory, speech),
          },
          {
            key: 'since',
            label: t('duplicates:column.since'),
            text: row => format.date(row.since.slice(0, 10)),
          },
          { key: 'state', label: t('duplicates:column.state'), text: row => stateText(row, later, t) },
        ]}
      />
      <Pager
        page={page}
        pages={pages}
        more={page < pages}
        to={number => `/console/duplicates?zone=${zone ?? ''}&later=${later ? 'yes' : 'no'}&page=${number}`}
      />
    </>
  )
}

function stateText(row: PairRow, later: boolean, t: ReturnType<typeof useSpeech>['t']): string {
  if (row.changed) return t('duplicates:changed')
  return later ? t('duplicates:postponed') : t('duplicates:waiting')
}
