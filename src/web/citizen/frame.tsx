import type { ReactNode } from 'react'
import { useLocation } from 'react-router'
import { languages } from '#kernel'
import { Mark } from '../components/mark.tsx'
import type { Site } from '../context.ts'
import { directionOf, inLanguage } from '../language.ts'
import { useSpeech } from '../speech-context.tsx'

/** What stands around every citizen page: who speaks, in which language, whom to call. `site` is absent when all failed. */
export function CitizenFrame({ site, children }: { site: Site | undefined; children: ReactNode }) {
  const { t, say, language } = useSpeech()
  const { pathname } = useLocation()
  return (
    <>
      <a className="skip" href="#main">
        {t('site:skip')}
      </a>
      <header>
        <div className="band">
          <div className="page">
            <a className="brand" href={inLanguage('/', language)}>
              <Mark />
              <span>{t('site:name')}</span>
              {site ? <span className="country">{say(site.countryName)}</span> : null}
            </a>
            <nav className="languages" aria-label={t('site:languages')}>
              {languages.map(each =>
                each === language ? (
                  <span key={each} lang={each} dir={directionOf(each)} aria-current="true">
                    {t(`site:languageName.${each}`)}
                  </span>
                ) : (
                  <a key={each} href={inLanguage(pathname, each)} lang={each} dir={directionOf(each)} hrefLang={each}>
                    {t(`site:languageName.${each}`)}
                  </a>
                ),
              )}
            </nav>
          </div>
        </div>
        {site?.modelled ? (
          <div className="notice">
            <p className="page">{t('site:demonstration')}</p>
          </div>
        ) : null}
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      {site ? <Help site={site} /> : null}
    </>
  )
}

function Help({ site }: { site: Site }) {
  const { t, say } = useSpeech()
  return (
    <>
      <footer className="footer">
        <div className="page">
          <div>
            <h2>{t('site:help.phone')}</h2>
            <p>
              <Phone number={site.contact.phone} />
            </p>
          </div>
          <div>
            <h2>{t('site:help.office')}</h2>
            <p>{say(site.contact.office)}</p>
          </div>
          <div>
            <h2>{t('site:help.rightsTitle')}</h2>
            <p>{t('site:help.rights')}</p>
          </div>
        </div>
      </footer>
      <aside className="call" aria-label={t('site:help.phone')}>
        <div className="page">
          <span>{t('site:help.call')}</span>
          <Phone number={site.contact.phone} />
        </div>
      </aside>
    </>
  )
}

function Phone({ number }: { number: string }) {
  return (
    <a className="phone" dir="ltr" href={`tel:${number.replaceAll(/[^+\d]/g, '')}`}>
      {number}
    </a>
  )
}
