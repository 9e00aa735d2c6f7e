import type { ReactNode } from 'react'
import { data, Link, redirect, useLoaderData } from 'react-router'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { PaymentRunFile } from '../payment-door.ts'
import type { LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { ApproveRun } from './approve-run.tsx'
import { codeOf } from './form-answer.tsx'
import { guarded } from './guard.ts'
import { useMay } from './may.ts'
import { Figures, Heading, Section, StateBadge } from './parts.tsx'
import { instructionColumns, periodText } from './payment-columns.ts'
import { RunSteps } from './run-steps.tsx'
import { ShockAreaPart } from './shock-parts.tsx'
import { Table } from './table.tsx'

const shown = 50

export const loader = guarded('payment_run.read', async ({ params, request, context }) => {
  const { console: doors } = doorsOf(context)
  const run = await doors.paymentRun(staffOf(context), params.reference ?? '')
  if (!run) throw new Response(null, { status: 404 })
  return {
    reader: staffOf(context).name,
    run: inTimeOf(context, run),
    drafted: new URL(request.url).searchParams.has('drafted'),
    instructions: await doors.instructions(staffOf(context), run.id, { limit: shown, after: 0 }),
  }
})

/** What each step of a run needs; the doors ask again, with where. */
const NEEDS = {
  approve: 'payment_run.approve',
  refuse: 'payment_run.cancel',
  file: 'payment_file.export',
  sent: 'payment_run.send',
} as const

export const action = guarded('payment_run.read', async args => {
  const form = await args.request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const step = (['approve', 'refuse', 'file', 'sent'] as const).find(each => each === said('step'))
  if (!step) throw new Response(null, { status: 400 })
  const reason = said('reason').replaceAll('\r\n', '\n').slice(0, 1000)
  const asked = { step, hash: said('hash'), reason, on: said('on') }
  return guarded(NEEDS[step], ({ params, context }) => take(context, params.reference ?? '', asked))(args)
})

type Asked = { readonly step: keyof typeof NEEDS; readonly hash: string; readonly reason: string; readonly on: string }

async function take(context: LoaderArgs['context'], reference: string, { step, hash, reason, on }: Asked) {
  const { console: doors } = doorsOf(context)
  const reader = staffOf(context)
  const done =
    step === 'file' || step === 'sent'
      ? await doors.stepRun(reader, reference, { step, on })
      : await doors.answerRun(reader, reference, { step, contentHash: hash, reason })
  if (done.ok) return redirect(`/console/payments/${encodeURIComponent(reference)}`, { status: 303 })
  return data({ step, reason, on, refusal: codeOf(done.refusal) }, { status: 422 })
}

/** A payment run: what it says, what the ledger says, what was left out, who did what, the file. */
export default function PaymentRun() {
  const { reader, run, instructions, drafted } = useLoaderData<typeof loader>()
  const may = useMay()
  const speech = useSpeech()
  const { t, say, format } = speech
  return (
    <>
      <Heading
        title={t('console:run.title', { run: say(run.label), period: periodText(run.period, format) })}
        over={
          <>
            <Link to="/console/payments">{t('console:payments.title')}</Link> · <bdi>{run.reference}</bdi>
          </>
        }
        aside={<StateBadge state={run.state} />}
      />
      <Figures
        figures={[
          { label: t('console:column.amount'), value: format.money(run.amount) },
          { label: t('console:column.instructions'), value: format.number(run.instructions) },
          { label: t('console:column.period'), value: periodText(run.period, format) },
        ]}
      />
      {run.shocks.map(area => (
        <ShockAreaPart key={area.way} area={area} />
      ))}
      {drafted && run.state === 'drafted' ? (
        <p role="status" className="notice-line">
          {t('cycle:prepare.done')}
        </p>
      ) : null}
      {run.state === 'drafted' && may('payment_run.approve') ? <ApproveRun run={run} reader={reader} /> : null}
      <RunSteps run={run} today={run.today} />
      <div className="columns">
        <History history={run.history} />
        <Ledger run={run} />
      </div>
      <Groups run={run} />
      <Waiting waiting={run.waiting} />
      <Section title={t('console:run.instructions')}>
        {run.instructions > instructions.length ? (
          <p className="soft">
            {t('console:run.firstOf', {
              shown: format.number(instructions.length),
              all: format.number(run.instructions),
            })}
          </p>
        ) : null}
        <Table
          caption={t('console:run.instructions')}
          quietCaption
          rows={instructions}
          keyOf={row => row.endToEndId}
          empty={t('console:run.noInstruction')}
          {...(may('payment_run.export')
            ? { csv: `/console/payments/${encodeURIComponent(run.reference)}/instructions.csv` }
            : {})}
          columns={instructionColumns(speech)}
        />
      </Section>
    </>
  )
}

function History({ history }: { history: PaymentRunFile['history'] }) {
  const { t, format } = useSpeech()
  return (
    <Section title={t('console:run.history')}>
      <ol className="history">
        {history.map(step => (
          <li key={step.state}>
            <strong>{t(`console:run.step.${step.state}`)}</strong> {format.instant(step.at)}{' '}
            <span className="soft">{step.byName}</span>
            {step.reason ? <q>{step.reason}</q> : null}
          </li>
        ))}
      </ol>
    </Section>
  )
}

/** The same sum three times: instructions, budget line, file. */
function Ledger({ run }: { run: PaymentRunFile }) {
  const { t, format } = useSpeech()
  const { ledger, file } = run
  const may = useMay()
  return (
    <Section title={t('console:run.books')}>
      <dl className="pairs">
        <Pair label={t('console:run.budgetLine')}>
          <bdi>{run.budgetLine}</bdi>
        </Pair>
        {ledger
          ? (['budget', 'committed', 'sent', 'confirmed'] as const).map(stage => (
              <Pair key={stage} label={t(`console:run.stage.${stage}`)}>
                <span className="numeric">{format.money(ledger[stage])}</span>
              </Pair>
            ))
          : null}
        <Pair label={t('console:run.file')}>
          {file && may('payment_file.export') ? (
            <a href={`/console/payments/${encodeURIComponent(run.reference)}/file`} download>
              {t('console:run.download', { format: file.format })}
            </a>
          ) : (
            <span className="soft">{file ? file.format : t('console:run.noFile')}</span>
          )}
        </Pair>
        {file ? (
          <>
            <Pair label={t('console:run.execution')}>{format.date(file.executionDate)}</Pair>
            <Pair label={t('console:run.hash')}>
              <span className="hash" dir="ltr">
                {file.sha256}
              </span>
            </Pair>
          </>
        ) : null}
      </dl>
    </Section>
  )
}

function Pair({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="pair">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Groups({ run }: { run: PaymentRunFile }) {
  const { groups } = run
  const { t, say, format } = useSpeech()
  const may = useMay()
  const takes = run.file !== undefined && may('payment_file.export')
  return (
    <Section title={t('console:run.groups')}>
      <Table
        caption={t('console:run.groups')}
        quietCaption
        rows={groups}
        keyOf={group => `${group.providerName} ${group.purpose}`}
        empty={t('console:run.noInstruction')}
        columns={[
          {
            key: 'provider',
            label: t('console:column.provider'),
            text: group => group.providerName,
            cell: group => (
              <>
                {group.providerName}{' '}
                {takes && group.leavesBy === 'own_file' ? (
                  <a
                    href={`/console/payments/${encodeURIComponent(run.reference)}/file?${new URLSearchParams({ provider: group.provider })}`}
                    download
                  >
                    {t('cycle:step.providerFile')}
                  </a>
                ) : null}
                {group.leavesBy === 'wire' ? <span className="soft">{t('cycle:step.wire')}</span> : null}
                {group.leavesBy === 'counter' ? <span className="soft">{t('cycle:step.counter')}</span> : null}
              </>
            ),
          },
          {
            key: 'purpose',
            label: t('console:column.programme'),
            text: group => (group.purposeName ? say(group.purposeName) : group.purpose),
          },
          {
            key: 'lines',
            label: t('console:column.entitlements'),
            numeric: true,
            text: group => format.number(group.lines),
          },
          {
            key: 'amount',
            label: t('console:column.amount'),
            numeric: true,
            text: group => format.money(group.amount),
          },
        ]}
      />
    </Section>
  )
}

function Waiting({ waiting }: { waiting: PaymentRunFile['waiting'] }) {
  const { t, format } = useSpeech()
  if (waiting.length === 0) return null
  return (
    <Section title={t('console:run.waiting')}>
      <Table
        caption={t('console:run.waiting')}
        quietCaption
        rows={waiting}
        keyOf={row => row.reason}
        empty=""
        columns={[
          { key: 'reason', label: t('console:column.reason'), text: row => t(`console:leftOut.${row.reason}`) },
          {
            key: 'lines',
            label: t('console:column.entitlements'),
            numeric: true,
            text: row => format.number(row.lines),
          },
          { key: 'amount', label: t('console:column.amount'), numeric: true, text: row => format.money(row.amount) },
        ]}
      />
    </Section>
  )
}
