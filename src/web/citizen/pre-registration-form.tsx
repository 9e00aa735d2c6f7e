import { data, redirect, useActionData, useLoaderData } from 'react-router'
import { inLanguage } from '../language.ts'
import { doorsOf, speechOf } from '../load-context.ts'
import type { PreRegistrationDoor, SaidFault, SaidOfOneself } from '../pre-registration.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { preRegistrationDoorOf } from './pre-registration.tsx'
import { CheckStep, PlaceStep, RegionStep, WhoStep } from './pre-registration-steps.tsx'

const NOTHING: SaidOfOneself = {
  given_name: '',
  family_name: '',
  given_name_ar: '',
  family_name_ar: '',
  sex: '',
  birth_day: '',
  birth_month: '',
  birth_year: '',
  birth_estimated: '',
  territory: '',
}

export async function loader({ request, context }: LoaderArgs) {
  const door = preRegistrationDoorOf(doorsOf(context).preRegistration)
  const { language } = speechOf(context)
  const shown = await door.shown(request.headers)
  if (!shown) throw redirect(inLanguage('/preinscription', language))
  return { phone: shown.phone, reference: shown.reference }
}

const steps = ['who', 'region', 'place', 'check', 'save'] as const
type Step = (typeof steps)[number]

/** Each step carries what was said before, and nothing is kept until the last. */
export async function action({ request, context }: ActionArgs) {
  const door = preRegistrationDoorOf(doorsOf(context).preRegistration)
  const { language } = speechOf(context)
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '').slice(0, 400)
  if (said('step') === 'leave') {
    const headers = new Headers()
    for (const cookie of door.leave()) headers.append('set-cookie', cookie)
    return redirect(inLanguage('/', language), { status: 303, headers })
  }
  const answers: SaidOfOneself = {
    given_name: said('given_name'),
    family_name: said('family_name'),
    given_name_ar: said('given_name_ar'),
    family_name_ar: said('family_name_ar'),
    sex: said('sex'),
    birth_day: said('birth_day'),
    birth_month: said('birth_month'),
    birth_year: said('birth_year'),
    birth_estimated: said('birth_estimated'),
    territory: said('territory'),
  }
  const region = said('region')
  const asked = steps.find(step => step === said('step')) ?? 'who'
  if (!(await door.shown(request.headers))) return redirect(inLanguage('/preinscription', language), { status: 303 })
  const faults = await door.check(answers)
  const step = reached(asked, faults, region, door)
  if (step === 'save') {
    const saved = await door.save(request.headers, language, answers)
    const to = saved.ok ? '/preinscription/moi' : '/preinscription'
    return redirect(inLanguage(to, language), { status: 303 })
  }
  const told = asked === step || (asked === 'region' && step === 'place') ? [] : faultsOf(step, faults)
  return data(
    {
      step,
      answers,
      region,
      faults: told,
      regions: step === 'region' ? door.regions() : [],
      places: step === 'place' ? door.placesOf(region) : [],
      path: step === 'check' ? door.placePath(answers.territory) : [],
    },
    { status: step === asked ? 200 : 422 },
  )
}

const faultsOf = (step: Step, faults: readonly SaidFault[]) =>
  faults.filter(({ field }) => (field === 'territory') === (step === 'place' || step === 'region'))

/** The step asked for, or the first before it at which something is wrong. */
function reached(asked: Step, faults: readonly SaidFault[], region: string, door: PreRegistrationDoor): Step {
  if (asked === 'who' || faultsOf('who', faults).length > 0) return 'who'
  if (asked === 'region') return 'region'
  const hasRegion = door.placesOf(region).length > 0
  if (asked === 'place') return hasRegion ? 'place' : 'region'
  if (faultsOf('place', faults).length > 0) return hasRegion ? 'place' : 'region'
  return asked
}

/** What somebody says before coming to a desk, one thing at a time; then the reference to come with. */
export default function PreRegistrationForm() {
  const { phone, reference } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t } = useSpeech()
  if (reference) return <Done reference={reference} />
  const step = answer?.step ?? 'who'
  const title = t(`registration:own.step.${step}`)
  const faulty = (answer?.faults.length ?? 0) > 0
  const terms = { answers: answer?.answers ?? NOTHING, faults: answer?.faults ?? [], region: answer?.region ?? '' }
  return (
    <div className="page own">
      <title>{t('site:title', { page: faulty ? t('console:errorTitle', { page: title }) : title })}</title>
      <div className="opening">
        <h1>{title}</h1>
        {step === 'who' ? <WhoStep {...terms} /> : null}
        {step === 'region' ? <RegionStep {...terms} regions={answer?.regions ?? []} /> : null}
        {step === 'place' ? <PlaceStep {...terms} places={answer?.places ?? []} /> : null}
        {step === 'check' ? <CheckStep {...terms} path={answer?.path ?? []} phone={phone} /> : null}
      </div>
    </div>
  )
}

function Done({ reference }: { reference: string }) {
  const { t, language } = useSpeech()
  const title = t('registration:own.done.title')
  return (
    <div className="page own">
      <title>{t('site:title', { page: title })}</title>
      <div className="opening">
        <h1>{title}</h1>
        <p className="lead">{t('registration:own.done.lead')}</p>
        <p className="reference">
          <span>{t('registration:reference')}</span> <bdi dir="ltr">{reference}</bdi>
        </p>
        <ol className="steps">
          <li>
            <h2>{t('registration:own.done.come')}</h2>
            <p>{t('registration:own.done.comeSays')}</p>
          </li>
          <li>
            <h2>{t('registration:own.done.number')}</h2>
            <p>{t('registration:own.done.numberSays')}</p>
          </li>
        </ol>
        <form method="post" action={inLanguage('/preinscription/moi', language)}>
          <button type="submit" name="step" value="leave" className="plain">
            {t('registration:own.done.leave')}
          </button>
        </form>
      </div>
    </div>
  )
}
