import { useSpeech } from '../speech-context.tsx'
import type { LookAgainRow } from '../upkeep-door.ts'

/** What is to be looked at again, and why: the score went from this to that because of an event. */
export function LookAgainText({ item }: { item: LookAgainRow }) {
  const { t, say, format } = useSpeech()
  const score = (text: string | null) => (text === null ? '–' : format.number(text, 7))
  const values = { name: item.name ? say(item.name) : '', was: score(item.was), now: score(item.now) }
  return (
    <>
      <strong>{t(`upkeep:look.${item.kind}`, values)}</strong>{' '}
      <span className="soft">
        {item.on === null
          ? t(`upkeep:because.${item.why}`)
          : t('upkeep:becauseOn', { why: t(`upkeep:because.${item.why}`), date: format.date(item.on) })}
        {item.missing.length > 0
          ? ` · ${t('upkeep:missing', { facts: item.missing.map(say).join(t('upkeep:and')) })}`
          : ''}
      </span>
    </>
  )
}
