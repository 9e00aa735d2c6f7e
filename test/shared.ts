import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const candidates = [process.env.SOCLE_SHARED, resolve(root, '../shared'), resolve(root, '../../shared')]
const folder = candidates.find(path => path !== undefined && existsSync(path))

/** Absolute path of a file of the shared folder (contracts, references, standards), read in place. */
export function shared(path: string): string {
  return join(folder ?? '../shared', path)
}

/** For `test(name, { skip: sharedMissing }, …)`: false where the shared folder stands, otherwise the reason. */
export const sharedMissing: string | false = folder ? false : 'the folder ../shared is absent'
