import { Alert, Button, NativeSelect, TextInput } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { useMay } from './may.ts'
import { placeText } from './names.ts'
import { Heading, Section } from './parts.tsx'
import { Table } from './table.tsx'
import { UpkeepTabs } from './upkeep-tabs.tsx'

export const loader = guarded('household.read', async ({ context }) => {
  const page = await doorsOf(context).console.visits(staffOf(context))
  if (!page) throw new Response(null, { status: 404 })
  // Made before it is sent: sent twice, it is one sample.
  return inTimeOf(context, { ...page, id: newId<'VisitSample'>() })
})

export const action = guarded('household.export', async ({ request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const id = parseId<'VisitSample'>(said('id'))
  if (!id) throw new Response(null, { status: 400 })
  const [territory, seed, size] = [said('territory'), said('seed'), said('size')]
  const asked = { id, territory, seed, size: /^[0-9]{1,6}$/.test(size) ? Number(size) : 0 }
  const drawn = await doorsOf(context).console.drawVisits(staffOf(context), asked)
  if (drawn.ok) return redirect(`/console/visits/${id}`, { status: 303 })
  return data({ code: drawn.refusal.code, territory, seed, size }, { status: 422 })
})

/** Samples of households to visit: those drawn, and a form to draw another. */
export default function Visits() {
  const page = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t, format } = speech
  const may = useMay()
  return (
    <>
      <Heading title={t('upkeep:title.visits')} />
      <p className="soft">{t('upkeep:what.visits')}</p>
      <UpkeepTabs />
      <Section title={t('upkeep:samples')}>
        <Table
          caption={t('upkeep:samples')}
          quietCaption
          rows={page.samples}
          keyOf={row => row.id}
          empty={t('upkeep:none.sample')}
          columns={[
            {
              key: 'seed',
              label: t('upkeep:column.seed'),
              text: row => row.seed,
              cell: row => (
                <Link to={`/console/visits/${row.id}`}>
                  <bdi>{row.seed}</bdi>
                </Link>
              ),
            },
            { key: 'place', label: t('upkeep:column.place'), text: row => placeText(row.place, speech) },
            { key: 'asked', label: t('upkeep:column.drawn'), text: row => format.instant(row.askedAt) },
            {
              key: 'by',
              label: t('upkeep:column.by'),
              text: row => row.askedBy,
              cell: row => <bdi>{row.askedBy}</bdi>,
            },
            { key: 'visits', label: t('upkeep:column.visits'), numeric: true, text: row => format.number(row.visits) },
            {
              key: 'answered',
              label: t('upkeep:column.answered'),
              numeric: true,
              text: row => format.number(row.answered),
            },
            {
              key: 'differing',
              label: t('upkeep:column.differing'),
              numeric: true,
              text: row => format.number(row.differing),
            },
          ]}
        />
      </Section>
      {may('household.export') && page.places.length > 0 ? <Draw /> : null}
    </>
  )
}

function Draw() {
  const { id, places, most } = useLoaderData<typeof loader>()
  const refused = useActionData<typeof action>()
  const speech = useSpeech()
  const { t, format } = speech
  const says = refused ? t(`upkeep:refusal.${refused.code}`, { most: format.number(most) }) : undefined
  const at = (...codes: readonly string[]) => (refused && codes.includes(refused.code) ? says : undefined)
  return (
    <Section title={t('upkeep:draw.title')}>
      <Form method="post" className="narrow stack">
        {refused ? (
          <Alert color="red" role="alert" variant="light">
            {says}
          </Alert>
        ) : null}
        <input type="hidden" name="id" value={id} />
        <NativeSelect
          name="territory"
          label={t('upkeep:column.place')}
          defaultValue={refused?.territory ?? places[0]?.code ?? ''}
          error={at('territory_unknown', 'nobody_to_visit')}
          data={places.map(({ code, names }) => ({ value: code, label: placeText(names, speech) }))}
        />
        <TextInput
          name="size"
          inputMode="numeric"
          label={t('upkeep:draw.size')}
          description={t('upkeep:draw.sizeHow', { most: format.number(most) })}
          defaultValue={refused?.size ?? '30'}
          error={at('size_out_of_range')}
        />
        <TextInput
          name="seed"
          label={t('upkeep:column.seed')}
          description={t('upkeep:draw.seedHow')}
          defaultValue={refused?.seed ?? ''}
          error={at('seed_missing', 'seed_too_long')}
          maxLength={60}
        />
        <div>
          <Button type="submit">{t('upkeep:draw.submit')}</Button>
        </div>
      </Form>
    </Section>
  )
}
