import { createContext, useContext } from 'react'

// The nonce of the inline scripts of this answer. A browser hides it from scripts, so there it is undefined.
const NonceContext = createContext<string | undefined>(undefined)

export const NonceProvider = NonceContext.Provider

export function useNonce(): string | undefined {
  return useContext(NonceContext)
}
