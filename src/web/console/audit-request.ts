import { parseDate } from '#kernel'
import type { AuditRequest } from '../audit-door.ts'

export type AuditAsked = Omit<AuditRequest, 'limit' | 'exported'>

/** What the address of a list of the audit asks. A day that is none, or a position that is none, asks for nothing. */
export function auditAsked(url: URL): AuditAsked {
  const said = (name: string) => (url.searchParams.get(name) ?? '').trim().slice(0, 200)
  const before = said('before')
  return {
    by: said('by'),
    action: said('action'),
    subject: said('subject'),
    from: parseDate(said('from')),
    to: parseDate(said('to')),
    ...(/^\d{1,18}$/.test(before) && { before }),
  }
}

/** The same as an address: `?by=…&before=…`, without what is empty. */
export function auditQuery(asked: AuditAsked): string {
  const said = Object.entries(asked).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return said.length === 0 ? '' : `?${new URLSearchParams(said)}`
}
