import { StrictMode, startTransition } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { HydratedRouter } from 'react-router/dom'
import { isLanguage } from '#kernel'
import { loadCatalogues } from './catalogues.ts'
import { defaultLanguage } from './language.ts'
import { createSpeech } from './speech.ts'
import { SpeechProvider } from './speech-context.tsx'

// Only the console loads this file. The page says which language it was written in.
const written = document.documentElement.lang
const language = isLanguage(written) ? written : defaultLanguage
const speech = createSpeech(language, await loadCatalogues(language))

startTransition(() => {
  hydrateRoot(
    document,
    <StrictMode>
      <SpeechProvider value={speech}>
        <HydratedRouter />
      </SpeechProvider>
    </StrictMode>,
  )
})
