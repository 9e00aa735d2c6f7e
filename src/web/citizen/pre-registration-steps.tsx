import type { ReactNode } from 'react'
import type { Words } from '#kernel'
import { birthOf } from '../birth-fields.ts'
import type { Place, SaidFault, SaidField, SaidOfOneself } from '../pre-registration.ts'
import { useSpeech } from '../speech-context.tsx'

type Said = { readonly answers: SaidOfOneself; readonly faults: readonly SaidFault[]; readonly region: string }

/** What is wrong, at the top, each with a way to its field. */
function Faults({ faults }: { faults: readonly SaidFault[] }) {
  const { t } = useSpeech()
  if (faults.length === 0) return null
  return (
    <div className="refusal" role="alert">
      <p>{t('registration:own.problem')}</p>
      <ul>
        {faults.map(({ field, code }) => (
          <li key={field + code}>
            <a href={`#${field === 'birth' ? 'birth_year' : field === 'sex' ? 'sex-female' : field}`}>
              {t(`registration:fault.${code}`)}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Fault({ of, faults }: { of: SaidField; faults: readonly SaidFault[] }) {
  const { t } = useSpeech()
  const found = faults.find(({ field }) => field === of)
  return found ? (
    <span className="fault" id={`fault-${of}`}>
      {t(`registration:fault.${found.code}`)}
    </span>
  ) : null
}

/** What was said on other steps, sent along. */
function Carried({ answers, but }: { answers: SaidOfOneself; but: readonly (keyof SaidOfOneself)[] }) {
  return Object.entries(answers)
    .filter(([name]) => !but.includes(name as keyof SaidOfOneself))
    .map(([name, value]) => <input key={name} type="hidden" name={name} value={value} />)
}

function Next({ step, children }: { step: string; children: ReactNode }) {
  return (
    <button type="submit" name="step" value={step} className="button">
      {children}
    </button>
  )
}

const NAMES = ['given_name', 'family_name', 'given_name_ar', 'family_name_ar'] as const

export function WhoStep({ answers, faults, region }: Said) {
  const { t } = useSpeech()
  const described = (field: SaidField) =>
    faults.some(fault => fault.field === field)
      ? { 'aria-describedby': `fault-${field}`, 'aria-invalid': true as const }
      : {}
  return (
    <>
      <p className="lead">{t('registration:own.whoLead')}</p>
      <Faults faults={faults} />
      <form method="post" className="form" noValidate>
        <Carried
          answers={{ ...answers }}
          but={[...NAMES, 'sex', 'birth_day', 'birth_month', 'birth_year', 'birth_estimated']}
        />
        <input type="hidden" name="region" value={region} />
        {NAMES.map(name => (
          <div key={name}>
            <label htmlFor={name}>{t(`registration:field.${name}`)}</label>
            <Fault of={name} faults={faults} />
            <input
              id={name}
              name={name}
              lang={name.endsWith('_ar') ? 'ar' : 'fr'}
              dir={name.endsWith('_ar') ? 'rtl' : 'ltr'}
              maxLength={120}
              autoComplete="off"
              defaultValue={answers[name]}
              {...described(name)}
            />
          </div>
        ))}
        <fieldset {...described('sex')}>
          <legend>{t('registration:field.sex')}</legend>
          <Fault of="sex" faults={faults} />
          {(['female', 'male'] as const).map(sex => (
            <label key={sex} className="choice">
              <input type="radio" id={`sex-${sex}`} name="sex" value={sex} defaultChecked={answers.sex === sex} />{' '}
              {t(`person:sex.${sex}`)}
            </label>
          ))}
        </fieldset>
        <fieldset {...described('birth')}>
          <legend>{t('registration:field.birth')}</legend>
          <span className="hint">{t('registration:own.birthHint')}</span>
          <Fault of="birth" faults={faults} />
          <div className="date-parts">
            {(['birth_day', 'birth_month', 'birth_year'] as const).map(name => (
              <label key={name} htmlFor={name}>
                <span>{t(`registration:field.${name}`)}</span>
                <input
                  id={name}
                  name={name}
                  inputMode="numeric"
                  dir="ltr"
                  maxLength={4}
                  autoComplete="off"
                  defaultValue={answers[name]}
                />
              </label>
            ))}
          </div>
          <label className="choice">
            <input
              type="checkbox"
              name="birth_estimated"
              value="yes"
              defaultChecked={answers.birth_estimated === 'yes'}
            />{' '}
            {t('registration:field.birth_estimated')}
          </label>
        </fieldset>
        <Next step="region">{t('registration:own.next')}</Next>
      </form>
    </>
  )
}

export function RegionStep({ answers, faults, region, regions }: Said & { regions: readonly Place[] }) {
  const { t, say } = useSpeech()
  return (
    <>
      <Faults faults={faults} />
      <form method="post" className="form">
        <Carried answers={answers} but={[]} />
        <div>
          <label htmlFor="territory">{t('registration:own.region')}</label>
          <select id="territory" name="region" defaultValue={region} required>
            <option value="">{t('registration:choose')}</option>
            {regions.map(({ code, name }) => (
              <option key={code} value={code}>
                {say(name)}
              </option>
            ))}
          </select>
        </div>
        <Next step="place">{t('registration:own.next')}</Next>
        <Back step="who" />
      </form>
    </>
  )
}

export function PlaceStep({
  answers,
  faults,
  region,
  places,
}: Said & { places: readonly { readonly within: Words; readonly places: readonly Place[] }[] }) {
  const { t, say } = useSpeech()
  return (
    <>
      <Faults faults={faults} />
      <form method="post" className="form">
        <Carried answers={answers} but={['territory']} />
        <input type="hidden" name="region" value={region} />
        <div>
          <label htmlFor="territory">{t('registration:own.place')}</label>
          <Fault of="territory" faults={faults} />
          <select id="territory" name="territory" defaultValue={answers.territory} required>
            <option value="">{t('registration:choose')}</option>
            {places.map(({ within, places: inner }) => (
              <optgroup key={within.fr} label={say(within)}>
                {inner.map(({ code, name }) => (
                  <option key={code} value={code}>
                    {say(name)}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        </div>
        <Next step="check">{t('registration:own.next')}</Next>
        <Back step="region" />
      </form>
    </>
  )
}

/** A button that needs nothing filled in. */
function Back({ step }: { step: string }) {
  const { t } = useSpeech()
  return (
    <button type="submit" name="step" value={step} className="plain" formNoValidate>
      {t('registration:own.back')}
    </button>
  )
}

export function CheckStep({ answers, region, path, phone }: Said & { path: readonly Words[]; phone: string }) {
  const speech = useSpeech()
  const { t, say, format } = speech
  const born = birthOf(answers)
  const birth =
    born?.birthDate === null || born === undefined
      ? ''
      : born.birthPrecision === 'day'
        ? format.date(born.birthDate)
        : born.birthPrecision === 'month'
          ? format.month(born.birthDate.slice(0, 7))
          : t(`person:birth.${born.birthPrecision === 'year' ? 'year' : 'estimated'}`, {
              year: born.birthDate.slice(0, 4),
            })
  const latin = [answers.given_name, answers.family_name].filter(Boolean).join(' ')
  const arabic = [answers.given_name_ar, answers.family_name_ar].filter(Boolean).join(' ')
  const rows = [
    ['name', latin === '' ? null : <bdi key="latin">{latin}</bdi>],
    [
      'nameAr',
      arabic === '' ? null : (
        <bdi key="arabic" lang="ar">
          {arabic}
        </bdi>
      ),
    ],
    ['sex', t(`person:sex.${answers.sex}`)],
    ['birth', birth],
    ['place', path.map(say).join(' · ')],
    [
      'phone',
      <bdi key="phone" dir="ltr">
        {phone}
      </bdi>,
    ],
  ] as const
  return (
    <>
      <p className="lead">{t('registration:own.checkLead')}</p>
      <dl className="answers">
        {rows
          .filter(([, value]) => value !== null)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{t(`registration:own.answer.${name}`)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <form method="post" className="form">
        <Carried answers={answers} but={[]} />
        <input type="hidden" name="region" value={region} />
        <Next step="save">{t('registration:own.save')}</Next>
        <button type="submit" name="step" value="who" className="plain">
          {t('registration:own.change')}
        </button>
      </form>
    </>
  )
}
