import { useEffect } from 'react'
import { useRevalidator } from 'react-router'

const EVERY_MS = 3000

/**
 * Asks for the page's data again every few seconds, while it is in sight: what runs is followed without a key. A link to look again
 * stands beside it for browsers without script.
 */
export function Follow() {
  const { revalidate, state } = useRevalidator()
  useEffect(() => {
    const timer = setTimeout(() => {
      if (document.visibilityState === 'visible' && state === 'idle') revalidate()
    }, EVERY_MS)
    const seen = () => {
      if (document.visibilityState === 'visible' && state === 'idle') revalidate()
    }
    document.addEventListener('visibilitychange', seen)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', seen)
    }
  })
  return null
}
