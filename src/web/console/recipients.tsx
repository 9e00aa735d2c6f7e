import { Link, useLoaderData } from 'react-router'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { nameText, placeText } from './names.ts'
import { Heading } from './parts.tsx'
import { Table } from './table.tsx'

export const loader = guarded('enrolment.write', async ({ context }) => ({
  rows: inTimeOf(context, await doorsOf(context).console.waitingForRecipient(staffOf(context))),
}))

/** Households whose payments wait since who received has died: the longest first. */
export default function Recipients() {
  const { rows } = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <>
      <Heading title={t('receiving:waiting.title')} />
      <p className="soft">{t('receiving:waiting.what')}</p>
      <Table
        caption={t('receiving:waiting.title')}
        quietCaption
        rows={rows}
        keyOf={row => row.household}
        empty={t('receiving:waiting.none')}
        columns={[
          {
            key: 'household',
            label: t('receiving:waiting.household'),
            text: row => row.sourceId,
            cell: row => (
              <Link to={`/console/households/${row.household}/recipient`}>
                <bdi>{row.sourceId}</bdi>
              </Link>
            ),
          },
          { key: 'name', label: t('receiving:waiting.name'), text: row => nameText(row.name, speech) },
          { key: 'died', label: t('receiving:waiting.died'), text: row => format.date(row.diedOn) },
          { key: 'place', label: t('receiving:waiting.place'), text: row => placeText(row.place, speech) },
          {
            key: 'proposed',
            label: t('receiving:waiting.state'),
            text: row => t(`receiving:waiting.${row.proposed ? 'proposed' : 'open'}`),
          },
        ]}
      />
    </>
  )
}
