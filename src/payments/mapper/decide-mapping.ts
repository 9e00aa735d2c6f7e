import { err, ok, type Result } from '#kernel'
import { type FinancialAddress, financialAddress } from './financial-address.ts'

/** What a mapper is asked to do with the address of a person. */
export type MappingAct = 'link' | 'update' | 'unlink'

export type MappingRefusal =
  /** Linked to another address already: it is updated, not linked. */
  { readonly code: 'linked_to_another' } | { readonly code: 'not_linked' }

/** `record` the address asked for, `close` the account, or nothing, where it is so `already`. */
export type Mapping = 'record' | 'close' | 'already'

/**
 * May the person, who is paid at `now`, be linked to, moved to or unlinked from `asked`? Asked again for what is so already,
 * nothing is done and nothing is refused.
 */
export function decideMapping(
  act: MappingAct,
  asked: FinancialAddress | undefined,
  now: FinancialAddress | undefined,
): Result<Mapping, MappingRefusal> {
  const isSame = asked !== undefined && now !== undefined && financialAddress(asked) === financialAddress(now)
  switch (act) {
    case 'link':
      if (now === undefined) return ok('record')
      return isSame ? ok('already') : err({ code: 'linked_to_another' })
    case 'update':
      if (now === undefined) return err({ code: 'not_linked' })
      return ok(isSame ? 'already' : 'record')
    case 'unlink':
      if (now === undefined) return ok('already')
      return asked === undefined || isSame ? ok('close') : err({ code: 'linked_to_another' })
  }
}
