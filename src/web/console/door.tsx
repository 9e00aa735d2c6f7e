import type { ReactNode } from 'react'
import { Mark } from '../components/mark.tsx'
import { useSpeech } from '../speech-context.tsx'
import { Preferences } from './preferences-form.tsx'
import { ConsoleProviders } from './providers.tsx'

type DoorProps = {
  readonly title: string
  readonly countryName: Parameters<ReturnType<typeof useSpeech>['say']>[0]
  readonly scheme: Parameters<typeof ConsoleProviders>[0]['scheme']
  /** The form came back: the title says so first. */
  readonly refused: boolean
  /** Where one stays when the language or the colours change. */
  readonly back: string
  readonly children: ReactNode
}

/** A page before one is in: whose site it is, one thing to do, language and colours. */
export function Door({ title, countryName, scheme, refused, back, children }: DoorProps) {
  const { t, say } = useSpeech()
  return (
    <ConsoleProviders scheme={scheme}>
      <title>{t('site:title', { page: refused ? t('console:errorTitle', { page: title }) : title })}</title>
      <main className="door" id="main">
        <p className="brand">
          <Mark />
          <span>{t('site:name')}</span>
          <span className="country">{say(countryName)}</span>
        </p>
        <h1>{title}</h1>
        {children}
        <Preferences scheme={scheme} back={back} />
      </main>
    </ConsoleProviders>
  )
}
