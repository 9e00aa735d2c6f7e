// The part of the walk that programs of partners call: behind the key of a service account, each tried in its own tests.

export const partnerDoors: Readonly<Record<string, string>> = {
  'partners.apply': 'taken for whom a service account may see and who was confirmed (partner-applications.db.test.ts)',
  'partners.authenticate': 'yes or no behind the key of a service account, tried beside it (partners.db.test.ts)',
  'partners.confirmCode': 'yes or no behind the key of a service account, tried beside it (partners.db.test.ts)',
  'partners.determinations.askRun': 'asked for by a service account (partner-runs.db.test.ts)',
  'partners.determinations.cancelRun': 'given up by a service account (partner-runs.db.test.ts)',
  'partners.determinations.run': 'figures behind the key of a service account (partner-runs.db.test.ts)',
  'partners.determinations.runDifferences': 'of what a service account is granted (partner-runs.db.test.ts)',
  'partners.determinations.runs': 'runs without figures, behind the key of a service account (partner-runs.db.test.ts)',
  'partners.mapAddresses': 'accounts of persons whom a service account may see (mapper.db.test.ts)',
  'partners.service': 'whose key a partner shows',
  'partners.takeFeed': 'rows told by a service account of those it may see (partners.db.test.ts)',
}
