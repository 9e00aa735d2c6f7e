import { createTheme, DirectionProvider, MantineProvider } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Scheme } from '../root.tsx'
import { useSpeech } from '../speech-context.tsx'
import '@mantine/core/styles.css'
import './console.css'
import './frame.css'
import './table.css'
import './figures.css'
import './audit.css'
import './privacy.css'
import './cash.css'
import '../components/statement.css'
import './simulation.css'
import './journey.css'
import './decision.css'
import './declaration.css'
import './account.css'
import './sign-in.css'
import './two-persons.css'
import './ways.css'
import './duplicates.css'
import './registration.css'

const theme = createTheme({
  fontFamily: 'var(--sans)',
  headings: { fontFamily: 'var(--sans)', fontWeight: '600' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
})

// The choice lives in a cookie that the server reads (preferences.ts), so that the first paint is right without a script.
const kept = { get: () => 'auto' as const, set() {}, subscribe() {}, unsubscribe() {}, clear() {} }

/** Component library and style of the console. Its variables are ours (console.css): it writes no style element. */
export function ConsoleProviders({ scheme, children }: { scheme: Scheme; children: ReactNode }) {
  const { direction } = useSpeech()
  return (
    <DirectionProvider initialDirection={direction} detectDirection={false}>
      <MantineProvider
        theme={theme}
        withCssVariables={false}
        withGlobalClasses={false}
        deduplicateCssVariables={false}
        defaultColorScheme="auto"
        colorSchemeManager={kept}
        {...(scheme === 'auto' ? {} : { forceColorScheme: scheme })}
      >
        {children}
      </MantineProvider>
    </DirectionProvider>
  )
}
