import { Button, TextInput } from '@mantine/core'
import type { CandidateRow, MemberCard, NameField } from '../declaration-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { fieldName } from './declaration-answers.ts'
import { nameText, placeText } from './names.ts'

const NAMES: readonly NameField[] = ['givenName', 'familyName', 'givenNameAr', 'familyNameAr', 'phone']

/** Who somebody is: the number if there is one, the names otherwise. Those of the register are not typed over. */
export function Names({
  member,
  card,
  typed,
}: {
  member: string
  card: MemberCard | undefined
  typed: Readonly<Record<string, string>> | undefined
}) {
  const { t } = useSpeech()
  if (card?.known) {
    return (
      <p>
        {t('declaration:inRegister')} {card.number ? <bdi dir="ltr">{card.number}</bdi> : null}{' '}
        <Button type="submit" name="go" value={`other ${member}`} variant="subtle" size="compact-sm">
          {t('declaration:notThem')}
        </Button>
      </p>
    )
  }
  const field = (name: NameField | 'number', value: string) => (
    <TextInput
      key={name}
      id={fieldName(member, name)}
      name={fieldName(member, name)}
      label={t(`declaration:name.${name}`)}
      defaultValue={typed?.[fieldName(member, name)] ?? value}
      lang={name.endsWith('Ar') ? 'ar' : undefined}
      dir={name.endsWith('Ar') ? 'rtl' : name === 'phone' || name === 'number' ? 'ltr' : undefined}
      inputMode={name === 'phone' || name === 'number' ? 'tel' : undefined}
      maxLength={name === 'phone' || name === 'number' ? 30 : 200}
      autoComplete="off"
    />
  )
  return (
    <>
      {NAMES.map(name => field(name, card?.names[name] ?? ''))}
      {card?.number ? null : field('number', '')}
    </>
  )
}

/** People of the register who may be this one: chosen or left. */
export function Candidates({ member, candidates }: { member: string; candidates: readonly CandidateRow[] }) {
  const speech = useSpeech()
  const { t, format } = speech
  if (candidates.length === 0) return null
  return (
    <section className="declaration-candidates" aria-label={t('declaration:candidates')}>
      <h3>{t('declaration:candidates')}</h3>
      <ul>
        {candidates.map(({ person, name, birthDate, place, percent, elsewhere }) => (
          <li key={person}>
            <strong>{nameText(name, speech)}</strong> {birthDate ? format.date(birthDate) : null} ·{' '}
            {placeText(place, speech)} · {t('declaration:likely', { percent: format.number(String(percent)) })}{' '}
            {elsewhere ? (
              <span className="soft">{t('declaration:elsewhere')}</span>
            ) : (
              <Button type="submit" name="go" value={`same ${member} ${person}`} variant="default" size="compact-sm">
                {t('declaration:sameAs')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
