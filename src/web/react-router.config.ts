import type { Config } from '@react-router/dev/config'

/** Read by the React Router plugin only; the folders come from `compile.ts`, which builds the site. */
export default {
  appDirectory: '.',
  buildDirectory: process.env.SOCLE_WEB_OUT ?? '../../build/web',
  ssr: true,
  routeDiscovery: { mode: 'initial' },
  splitRouteModules: false,
} satisfies Config
