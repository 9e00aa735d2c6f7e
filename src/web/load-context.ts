import { createContext, type RouterContextProvider } from 'react-router'
import type { Doors, Log, StaffMember } from './context.ts'

// The keys are made here, inside the built pages: entry.server.tsx fills them from what server.ts hands over.
export const doorsKey = createContext<Doors>()
export const nonceKey = createContext<string>()
export const logKey = createContext<Log>()
/** Set by the console's middleware once the session is known. */
export const staffKey = createContext<StaffMember>()

type Context = Readonly<RouterContextProvider>
export const doorsOf = (context: Context): Doors => context.get(doorsKey)
export const staffOf = (context: Context): StaffMember => context.get(staffKey)
