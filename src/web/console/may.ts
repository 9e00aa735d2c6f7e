import { useRouteLoaderData } from 'react-router'
import type { Permission } from '#security'
import type { loader } from './layout.tsx'

/** Whether the reader holds a permission somewhere: a link that would not open is not shown. */
export function useMay(): (permission: Permission) => boolean {
  const layout = useRouteLoaderData<typeof loader>('console/layout')
  return permission => layout?.may.includes(permission) === true
}
