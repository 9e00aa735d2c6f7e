import { createContext, type RouterContextProvider } from 'react-router'
import type { SignedIn } from '#security'
import type { Doors, Log } from './context.ts'
import { inLocalTime } from './local-time.ts'
import type { Speech } from './speech.ts'
import type { Access } from './two-persons.ts'

// The keys are made here, inside the built pages: entry.server.tsx fills them from what server.ts hands over.
export const doorsKey = createContext<Doors>()
/** Address of the country's accent (theme.ts). */
export const themeKey = createContext<string>()
export const nonceKey = createContext<string>()
export const speechKey = createContext<Speech>()
export const logKey = createContext<Log>()
/** Counts a request of an account, and answers the seconds that it must wait: 0 where it may pass. */
export const paceKey = createContext<(account: string) => number>()
/** What the reader may do, set by the console's middleware with the session. */
export const accessKey = createContext<Access>()
/** The network address that a request came from, as the doorstep found out. */
export const clientKey = createContext<string>()
/** Set by the console's middleware once the session is known. */
export const staffKey = createContext<SignedIn>()

type Context = Readonly<RouterContextProvider>
export const inTimeOf = <Data>(context: Context, data: Data): Data =>
  inLocalTime(data, context.get(doorsKey).site.timeZone)
export const doorsOf = (context: Context): Doors => context.get(doorsKey)
export const themePathOf = (context: Context): string => context.get(themeKey)
export const speechOf = (context: Context): Speech => context.get(speechKey)
export const accessOf = (context: Context): Access => context.get(accessKey)
export const clientOf = (context: Context): string => context.get(clientKey)
export const staffOf = (context: Context): SignedIn => context.get(staffKey)

/** Refuses the request of an account that asks faster than a person works. */
export function keepPace(context: Context, account: string): void {
  if (context.get(paceKey)(account) > 0) throw new Response(null, { status: 429 })
}
