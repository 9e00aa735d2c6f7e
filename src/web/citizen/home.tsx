import { useLoaderData } from 'react-router'
import type { ProgrammeCard } from '../context.ts'
import { inLanguage } from '../language.ts'
import { doorsOf } from '../load-context.ts'
import type { LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'

export async function loader({ context }: LoaderArgs) {
  const { programmes, citizen, preRegistration } = doorsOf(context)
  return { programmes: await programmes(), own: citizen !== undefined, register: preRegistration !== undefined }
}

const steps = ['declare', 'score', 'decide', 'pay'] as const
const rights = ['know', 'correct', 'contest', 'accompanied'] as const

export default function Home() {
  const { programmes, own, register } = useLoaderData<typeof loader>()
  const { t, language } = useSpeech()
  return (
    <>
      <title>{t('site:title', { page: t('citizen:home.title') })}</title>
      <div className="page">
        <div className="opening">
          <h1>{t('citizen:home.title')}</h1>
          <p className="lead">{t('citizen:home.lead')}</p>
          {own ? (
            <p>
              <a className="button" href={inLanguage('/dossier', language)}>
                {t('citizen:own.title')}
              </a>{' '}
              {register ? (
                <a className="button quiet" href={inLanguage('/preinscription', language)}>
                  {t('registration:own.title')}
                </a>
              ) : null}
            </p>
          ) : null}
        </div>
        <section className="section" aria-labelledby="programmes">
          <h2 id="programmes">{t('citizen:home.programmes')}</h2>
          {programmes.length === 0 ? (
            <p>{t('citizen:home.noProgramme')}</p>
          ) : (
            <ul className="rows">
              {programmes.map(programme => (
                <ProgrammeRow key={programme.id} programme={programme} />
              ))}
            </ul>
          )}
        </section>
      </div>
      <div className="tinted">
        <section className="page section" aria-labelledby="path">
          <h2 id="path">{t('citizen:home.path')}</h2>
          <ol className="steps">
            {steps.map(step => (
              <li key={step}>
                <h3>{t(`citizen:home.step.${step}.title`)}</h3>
                <p>{t(`citizen:home.step.${step}.says`)}</p>
              </li>
            ))}
          </ol>
        </section>
      </div>
      <section className="page section" aria-labelledby="rights">
        <h2 id="rights">{t('citizen:home.rights')}</h2>
        <ul className="rights">
          {rights.map(right => (
            <li key={right}>{t(`citizen:home.right.${right}`)}</li>
          ))}
        </ul>
      </section>
    </>
  )
}

function ProgrammeRow({ programme }: { programme: ProgrammeCard }) {
  const { t, say, format } = useSpeech()
  const { name, says, from, to } = programme
  return (
    <li>
      <div>
        <h3>{say(name)}</h3>
        <p>{say(says)}</p>
      </div>
      {from ? (
        <p className="aside">
          {to
            ? t('citizen:home.life', { from: format.month(from), to: format.month(to) })
            : t('citizen:home.since', { from: format.month(from) })}
        </p>
      ) : null}
    </li>
  )
}
