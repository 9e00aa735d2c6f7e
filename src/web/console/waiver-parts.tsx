import { Alert } from '@mantine/core'
import type { WaiverReach } from '#programmes'
import type { GroupShown, WaiverProposed, WaiverRow } from '../condition-door.ts'
import type { Speech } from '../speech.ts'
import { useSpeech } from '../speech-context.tsx'
import { placeText } from './names.ts'

const tones = { announced: 'plain', under_way: 'good', over: 'plain', withdrawn: 'plain' } as const

export function WaiverBadge({ state }: { state: WaiverRow['state'] }) {
  const { t } = useSpeech()
  return <span className={`badge ${tones[state]}`}>{t(`conditions:waiver.state.${state}`)}</span>
}

/** The members of a group in one line; everybody where no fact is said. */
export function groupText(group: GroupShown, { t, say }: Pick<Speech, 't' | 'say'>): string {
  if (group.length === 0) return t('conditions:waiver.everybody')
  return group.map(({ fact, values }) => `${say(fact)} (${values.map(say).join(' / ')})`).join(' · ')
}

/** Whom it covers now, by what was decided last. */
export function ReachText({ reach }: { reach: WaiverReach | null }) {
  const { t, format } = useSpeech()
  if (reach === null) return <p>{t('conditions:waiver.neverDecided')}</p>
  const facts = {
    month: format.month(reach.month),
    members: format.number(reach.members),
    households: format.number(reach.households),
    failing: format.number(reach.failing),
  }
  return (
    <>
      <p>
        {t('conditions:waiver.covers', facts)} {reach.isWhole ? null : t('conditions:waiver.atLeast')}
      </p>
      <p>{t('conditions:waiver.failing', facts)}</p>
      <p className="soft narrow">{t('conditions:waiver.effect')}</p>
    </>
  )
}

/** What a proposal about a waiver says. */
export function WaiverContentParts({ waiver }: { waiver: WaiverProposed }) {
  const speech = useSpeech()
  const { t, say, format } = speech
  const pairs = [
    [t('conditions:waiver.programme'), say(waiver.programme)],
    [t('conditions:waiver.condition'), waiver.condition ? say(waiver.condition) : t('conditions:waiver.all')],
    [t('conditions:place'), placeText(waiver.place, speech)],
    ...(waiver.act === 'waive'
      ? [
          [t('conditions:waiver.months'), monthsText(waiver, speech)],
          [t('conditions:waiver.group'), groupText(waiver.group, speech)],
        ]
      : [
          [
            t('conditions:waiver.newEnd'),
            t('conditions:waiver.moves', { was: format.month(waiver.was), until: format.month(waiver.until) }),
          ],
        ]),
  ]
  return (
    <>
      <dl className="pairs">
        {pairs.map(([label, text]) => (
          <div key={label} className="pair">
            <dt>{label}</dt>
            <dd>
              <bdi>{text}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {waiver.act === 'waive' ? <ReachText reach={waiver.reach} /> : null}
    </>
  )
}

export function monthsText(
  { from, until }: { readonly from: string; readonly until: string },
  { t, format }: Pick<Speech, 't' | 'format'>,
): string {
  return t('conditions:waiver.fromUntil', { from: format.month(from), until: format.month(until) })
}

/** Why a waiver, or its end, is not proposed. */
export function WaiverRefusalText({ refusal }: { refusal: { readonly code: string } }) {
  const { t, format } = useSpeech()
  const { most, until, first, territory } = refusal as {
    most?: number
    until?: string
    first?: string
    territory?: string
  }
  return (
    <Alert color="red" role="alert" variant="light">
      {t(`conditions:waiver.refusal.${refusal.code}`, {
        number: most === undefined ? '' : format.number(most),
        month: until ? format.month(until) : first ? format.month(first) : '',
        place: territory ?? '',
      })}
    </Alert>
  )
}
