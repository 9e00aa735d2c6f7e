import { data, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { parseId } from '#kernel'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import type { Speech } from '../speech.ts'
import { useSpeech } from '../speech-context.tsx'
import type { ProposalRow } from '../two-persons.ts'
import { DecideForm } from './decide-form.tsx'
import { codeOf } from './form-answer.tsx'
import { placeText } from './names.ts'
import { Heading, Section } from './parts.tsx'
import { State } from './proposals.tsx'
import { ShockContentParts } from './shock-parts.tsx'
import { SwitchContentParts } from './switch-parts.tsx'
import { TransferPaper, TransferText } from './transfer-text.tsx'
import { WaiverContentParts } from './waiver-parts.tsx'

export async function loader({ params, context }: LoaderArgs) {
  const rows = await doorsOf(context).console.proposals(staffOf(context))
  const found = rows.find(row => row.id === params.id)
  if (!found) throw new Response(null, { status: 404 })
  return inTimeOf(context, found)
}

export async function action({ request, params, context }: ActionArgs) {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const id = parseId<'Proposal'>(params.id ?? '')
  const step = (['approved', 'refused'] as const).find(each => each === said('step'))
  if (!id || !step) throw new Response(null, { status: 400 })
  const reason = said('reason').replaceAll('\r\n', '\n')
  const answer = { step, contentHash: said('hash'), reason }
  const answered = await doorsOf(context).console.answerProposal(staffOf(context), id, answer)
  if (answered.ok) return redirect('/console/proposals', { status: 303 })
  return data({ reason, refusal: codeOf(answered.refusal) }, { status: 422 })
}

/** A proposal: what would be done, who proposes it and why; and the form of whoever decides. */
export default function ProposalPage() {
  const row = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <>
      <Heading
        title={t(`security:kind.${row.kind}`)}
        over={<Link to="/console/proposals">{t('security:proposals.title')}</Link>}
        aside={<State row={row} />}
      />
      <p>
        <bdi>{row.byName}</bdi> · {format.instant(row.at)} · {placeText(row.territory, speech)}
      </p>
      <blockquote>{row.says}</blockquote>
      {row.household ? (
        <p>
          <Link to={`/console/households/${row.household.id}/${row.household.page}`}>
            {t(`security:proposal.page.${row.household.page}`)}
          </Link>
        </p>
      ) : null}
      {row.transfer ? (
        <>
          <p>
            <TransferText transfer={row.transfer} saidAbove />
          </p>
          {row.state === 'waiting' ? <Shown transfer={row.transfer} /> : null}
        </>
      ) : null}
      {row.pair ? (
        <p>
          <Link to={`/console/duplicates/${row.pair.join('/')}`}>{t('security:proposal.pair')}</Link>
        </p>
      ) : null}
      <Section title={t('security:proposal.content')}>
        {row.move ? <SwitchContentParts move={row.move} /> : null}
        {row.shock ? <ShockContentParts shock={row.shock} /> : null}
        {row.waiver ? <WaiverContentParts waiver={row.waiver} /> : null}
        <dl className="pairs">
          {row.content.map(({ name, value }) => (
            <div key={name} className="pair">
              <dt>{known(name) ? t(`security:content.${name}`) : <bdi>{name}</bdi>}</dt>
              <dd>
                <bdi>{valueText(name, value, speech)}</bdi>
              </dd>
            </div>
          ))}
          <div className="pair">
            <dt>{t('security:proposal.hash')}</dt>
            <dd className="hash" dir="ltr">
              {row.contentHash}
            </dd>
          </div>
        </dl>
      </Section>
      <Steps steps={row.steps} />
      {row.state === 'waiting' ? <Decide row={row} /> : null}
    </>
  )
}

const names = [
  'amount',
  'capacity',
  'currency',
  'effect',
  'from',
  'month',
  'name',
  'pack',
  'programme',
  'proof',
  'purpose',
  'reason',
  'receipt',
  'receivedOn',
  'role',
  'rows',
  'sensitivity',
  'settled',
  'sum',
  'territory',
  'to',
  'until',
] as const
/** Codes in words; anything else as it was hashed. */
function valueText(name: string, value: string, { t }: Speech): string {
  switch (name) {
    case 'role':
      return t(`staff:role.${value}`)
    case 'capacity':
      return t(`receiving:capacity.${value}`)
    case 'reason':
      return t(`receiving:reason.${value}`)
    case 'proof':
      return t(`receiving:proof.${value}`)
    case 'settled':
      return t(`receiving:overpaid.${value}`)
    default:
      return value
  }
}

const known = (name: string): name is (typeof names)[number] => (names as readonly string[]).includes(name)

/** What was shown for a transfer, before anybody says yes to it. */
function Shown({ transfer }: { transfer: NonNullable<ProposalRow['transfer']> }) {
  const { t } = useSpeech()
  if (transfer.capacity !== 'head' && transfer.capacity !== 'spouse' && !transfer.paper)
    return <p className="notice-line">{t('receiving:paperNone')}</p>
  return <TransferPaper {...transfer} />
}

function Steps({ steps }: { steps: ProposalRow['steps'] }) {
  const { t, format } = useSpeech()
  return (
    <ol className="history">
      {steps.map(step => (
        <li key={step.step}>
          <strong>{t(`security:state.${step.step}`)}</strong> {format.instant(step.at)}{' '}
          <span className="soft">
            <bdi>{step.byName}</bdi>
          </span>
          {step.reason ? <q>{step.reason}</q> : null}
        </li>
      ))}
    </ol>
  )
}

function Decide({ row }: { row: ProposalRow }) {
  const { t, format } = useSpeech()
  const given = useActionData<typeof action>()
  if (row.own) return <p className="notice-line">{t('security:refusal.own_proposal')}</p>
  return (
    <Section title={t('security:decide.title')}>
      <p className="soft">{t('security:proposal.until', { date: format.instant(row.expiresAt) })}</p>
      <DecideForm given={given} hash={row.contentHash} approve="approved" refuse="refused" />
    </Section>
  )
}
