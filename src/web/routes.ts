import { index, layout, type RouteConfig, route } from '@react-router/dev/routes'

/** The site map. Citizen pages stand under an optional language; the console's language is its reader's preference. */
export default [
  layout('citizen/layout.tsx', [
    route(':lang?', 'citizen/home.tsx'),
    route(':lang?/dossier', 'citizen/own.tsx'),
    route(':lang?/dossier/code', 'citizen/own-code.tsx'),
    route(':lang?/demonstration/messages', 'citizen/messages.tsx'),
    route('*', 'citizen/missing.tsx'),
  ]),
  route('console/sign-in', 'console/sign-in.tsx'),
  route('console/sign-in/oidc', 'console/outside.ts'),
  route('console/sign-in/oidc/callback', 'console/outside-return.ts'),
  route('console/sign-in/code', 'console/sign-in-code.tsx'),
  route('console/invitation', 'console/invitation.tsx'),
  route('console/sign-out', 'console/sign-out.ts'),
  route('console/preferences', 'console/preferences.ts'),
  route('console', 'console/layout.tsx', [
    index('console/home.tsx'),
    route('determinations.csv', 'console/determinations-csv.ts'),
    route('search', 'console/search.tsx'),
    route('search.csv', 'console/search-csv.ts'),
    route('households/:id', 'console/household.tsx'),
    route('households/:id/decisions/:run', 'console/decision.tsx'),
    route('payments', 'console/payments.tsx'),
    route('payments.csv', 'console/payments-csv.ts'),
    route('payments/:reference', 'console/payment-run.tsx'),
    route('payments/:reference/file', 'console/payment-file.ts'),
    route('payments/:reference/instructions.csv', 'console/instructions-csv.ts'),
    route('audit', 'console/audit.tsx'),
    route('audit.csv', 'console/audit-csv.ts'),
    route('audit/anomalies', 'console/anomalies.tsx'),
    route('account', 'console/account.tsx'),
    route('account/password', 'console/password.tsx'),
    route('account/second-step', 'console/second-step.tsx'),
    route('*', 'console/missing.tsx'),
  ]),
] satisfies RouteConfig
