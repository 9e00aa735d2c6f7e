import { Link, useLoaderData } from 'react-router'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { fieldText, valueText } from './correction-text.ts'
import { guarded } from './guard.ts'
import { nameText, placeText } from './names.ts'
import { Pager } from './pager.tsx'
import { Heading } from './parts.tsx'
import { Table } from './table.tsx'

export const loader = guarded('personal_data.correct', async ({ request, context }: LoaderArgs) => {
  const typed = new URL(request.url).searchParams.get('page') ?? ''
  const page = /^[1-9]\d{0,4}$/.test(typed) ? Number(typed) : 1
  const found = await doorsOf(context).console.waitingCorrections(staffOf(context), page)
  return inTimeOf(context, { ...found, page })
})

/** Requests to put data right that nobody has answered: those of citizens and those of desks, the oldest first. */
export default function WaitingCorrections() {
  const { rows, more, page } = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <>
      <Heading title={t('privacy:correction.list')} />
      <p className="soft">{t('privacy:correction.listWhat')}</p>
      <Table
        caption={t('privacy:correction.list')}
        quietCaption
        rows={rows}
        keyOf={row => row.id}
        empty={t('privacy:correction.none')}
        columns={[
          {
            key: 'field',
            label: t('privacy:file.column.field'),
            text: row => fieldText(row.field, speech),
            cell: row => (
              <Link to={`/console/households/${row.household}/corrections#${row.id}`}>
                {fieldText(row.field, speech)}
              </Link>
            ),
          },
          {
            key: 'whom',
            label: t('privacy:correction.whom'),
            text: row => (row.member ? nameText(row.member, speech) : t('privacy:correction.ofHousehold')),
          },
          { key: 'household', label: t('upkeep:column.household'), text: row => row.sourceId },
          { key: 'place', label: t('upkeep:column.place'), text: row => placeText(row.place, speech) },
          {
            key: 'asked',
            label: t('privacy:file.column.value_asked'),
            text: row => valueText(row.asked, speech),
          },
          {
            key: 'channel',
            label: t('privacy:correction.from'),
            text: row => t(`privacy:correction.channel.${row.channel}`),
          },
          {
            key: 'papers',
            label: t('privacy:correction.papers'),
            numeric: true,
            text: row => format.number(row.papers),
          },
          { key: 'at', label: t('privacy:file.column.asked_at'), text: row => format.instant(row.askedAt) },
        ]}
      />
      <Pager page={page} more={more} to={number => `?page=${number}`} />
    </>
  )
}
