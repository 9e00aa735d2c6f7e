export { type BuildOptions, type BuiltSite, buildWeb } from './build.ts'
export type * from './context.ts'
export { createWebServer, type WebOptions, type WebServer } from './http.ts'
