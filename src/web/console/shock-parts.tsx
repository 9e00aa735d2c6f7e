import { Alert } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Words } from '#kernel'
import type { FreeBudget, PackReach, ReachPage, ShockArea, ShockProposed, ShockState } from '../shock-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { useMay } from './may.ts'
import { Section } from './parts.tsx'
import { Table } from './table.tsx'

const tones = { announced: 'plain', under_way: 'doubt', over: 'plain' } as const

export function ShockBadge({ state }: { state: ShockState }) {
  const { t } = useSpeech()
  return <span className={`badge ${tones[state]}`}>{t(`shock:state.${state}`)}</span>
}

/** Why a shock is not declared, or its end not moved: what is wrong, and what is accepted. */
export function ShockRefusalText({ refusal, label }: { refusal: { readonly code: string }; label?: string }) {
  const { t, format } = useSpeech()
  const facts = refusal as Partial<Record<'name' | 'territory' | 'first' | 'until', string>> & { most?: number }
  const month = facts.first ?? facts.until
  return (
    <Alert color="red" role="alert" variant="light" id="refused">
      {t(`shock:refusal.${refusal.code}`, {
        name: facts.name ?? '',
        place: facts.territory ?? '',
        amount: label ?? '',
        month: month === undefined ? '' : format.month(month),
        number: facts.most === undefined ? '' : format.number(facts.most),
      })}
    </Alert>
  )
}

/** Whom it would reach, pack by pack and region by region, and what a month would cost. */
export function ReachTables({ reach }: { reach: ReachPage | null }) {
  const { t, say, format } = useSpeech()
  if (reach === null) return <p className="notice-line">{t('shock:noSnapshot')}</p>
  return (
    <>
      <p>
        <strong>{t('shock:month', { amount: format.money(reach.month) })}</strong>{' '}
        <span className="soft">{t('shock:on', { date: format.date(reach.on) })}</span>
      </p>
      {reach.packs.map(each => (
        <Section key={each.pack} title={say(each.name)}>
          <p className="soft">{t(`shock:way.${each.way}`, { programme: say(each.of) })}</p>
          <PackTable pack={each} />
        </Section>
      ))}
    </>
  )
}

function PackTable({ pack }: { pack: PackReach }) {
  const { t, say, format } = useSpeech()
  if (pack.total === null) return <p className="empty">{t('shock:tooFew')}</p>
  const whole = { ...pack.total, place: null, isTotal: true }
  return (
    <Table
      caption={say(pack.name)}
      quietCaption
      rows={pack.total.households === 0 ? [] : [...pack.regions.map(each => ({ ...each, isTotal: false })), whole]}
      keyOf={row => (row.isTotal ? 'all' : (row.place?.en ?? 'others'))}
      empty={t('shock:nobody')}
      columns={[
        {
          key: 'place',
          label: t('shock:region'),
          text: row => (row.isTotal ? t('shock:inAll') : row.place === null ? t('shock:others') : say(row.place)),
        },
        { key: 'households', label: t('shock:households'), numeric: true, text: row => format.number(row.households) },
        { key: 'members', label: t('shock:members'), numeric: true, text: row => format.number(row.members) },
        { key: 'amount', label: t('shock:monthly'), numeric: true, text: row => format.money(row.amount) },
      ]}
    />
  )
}

/** Of a run: the places and months that it is restricted to, with the shocks that say so. */
export function ShockAreaPart({ area }: { area: ShockArea }) {
  const { t, say, format } = useSpeech()
  const may = useMay()
  return (
    <Section title={t('shock:area')}>
      <p className="soft">{t(`shock:way.${area.way}`, { programme: say(area.of) })}</p>
      <dl className="pairs">
        <Pair label={t('shock:where')}>
          <Places places={area.places} />
        </Pair>
        {area.shocks.map(({ id, name, from, until }) => (
          <Pair
            key={id}
            label={
              may('programme.change') ? (
                <Link to={`/console/shocks/${id}`}>
                  <bdi>{name}</bdi>
                </Link>
              ) : (
                <bdi>{name}</bdi>
              )
            }
          >
            {t('shock:fromUntil', { from: format.month(from), until: format.month(until) })}
          </Pair>
        ))}
      </dl>
    </Section>
  )
}

/** What is free on the budget lines, against a month of the shock. */
export function Budgets({ budgets, months }: { budgets: readonly FreeBudget[] | null; months: number }) {
  const { t, format } = useSpeech()
  if (budgets === null) return <p className="soft">{t('shock:budget.hidden')}</p>
  return (
    <Table
      caption={t('shock:budget.title')}
      rows={budgets}
      keyOf={row => row.code}
      empty={t('shock:budget.none')}
      columns={[
        {
          key: 'line',
          label: t('shock:budget.line'),
          text: row => row.label,
          cell: row => (
            <>
              <bdi>{row.label}</bdi>{' '}
              <span className="soft">
                <bdi>{row.code}</bdi>
              </span>
            </>
          ),
        },
        { key: 'free', label: t('shock:budget.free'), numeric: true, text: row => format.money(row.free) },
        {
          key: 'months',
          label: t('shock:budget.months'),
          numeric: true,
          text: row => (row.months === null ? '' : format.number(row.months)),
          cell: row =>
            row.months === null ? null : (
              <>
                {format.number(row.months)}{' '}
                <span className={`badge ${row.months >= months ? 'good' : 'bad'}`}>
                  {row.months >= months ? t('shock:budget.enough') : t('shock:budget.short')}
                </span>
              </>
            ),
        },
      ]}
    />
  )
}

/** What a proposal says: where, when, how much and whom; or from when to when its end moves. */
export function ShockContentParts({ shock }: { shock: ShockProposed }) {
  const { t, format } = useSpeech()
  if (shock.act === 'move_end') {
    return (
      <p>
        <bdi>{shock.name}</bdi> {t('shock:moves', { was: format.month(shock.was), until: format.month(shock.until) })}
      </p>
    )
  }
  return (
    <>
      <dl className="pairs">
        <Pair label={t('shock:name')}>
          <bdi>{shock.name}</bdi> · {t(`shock:kind.${shock.kind}`)}
        </Pair>
        <Pair label={t('shock:where')}>
          <Places places={shock.places} />
        </Pair>
        <Pair label={t('shock:when')}>
          {t('shock:fromUntil', { from: format.month(shock.from), until: format.month(shock.until) })}
        </Pair>
        <Amounts amounts={shock.amounts} />
        <Pair label={t('shock:waives')}>{shock.waives ? t('shock:yes') : t('shock:no')}</Pair>
        <Pair label={t('shock:reference')}>
          <bdi>{shock.reference}</bdi>
        </Pair>
        <Pair label={t('shock:evidence')}>
          <bdi>{shock.evidence}</bdi>
        </Pair>
      </dl>
      <ReachTables reach={shock.reach} />
    </>
  )
}

export function Places({ places }: { places: readonly Words[] }) {
  const { say } = useSpeech()
  return <>{places.map(say).join(' · ')}</>
}

export function Amounts({
  amounts,
}: {
  amounts: readonly {
    readonly pack: Words
    readonly label: Words
    readonly amount: { readonly value: string; readonly currency: string }
  }[]
}) {
  const { say, format } = useSpeech()
  return (
    <>
      {amounts.map(({ pack, label, amount }) => (
        <Pair key={pack.en + label.en} label={`${say(pack)} · ${say(label)}`}>
          {format.money(amount)}
        </Pair>
      ))}
    </>
  )
}

export function Pair({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <div className="pair">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
