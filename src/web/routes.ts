import { layout, type RouteConfig, route } from '@react-router/dev/routes'

/** The site map. Citizen pages stand under an optional language; the console's language is its reader's preference. */
export default [
  layout('citizen/layout.tsx', [route(':lang?', 'citizen/home.tsx'), route('*', 'citizen/missing.tsx')]),
] satisfies RouteConfig
