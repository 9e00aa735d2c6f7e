import { createContext, useContext } from 'react'
import type { Speech } from './speech.ts'

// Filled by the two entries, before any loader's data, so that error pages speak as well.
const SpeechContext = createContext<Speech | undefined>(undefined)

export const SpeechProvider = SpeechContext.Provider

export function useSpeech(): Speech {
  const speech = useContext(SpeechContext)
  if (!speech) throw new Error('A page was rendered outside its entry: no speech was provided')
  return speech
}
