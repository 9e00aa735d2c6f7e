// Where a cluster lives. Next to the checkout when the account that runs PostgreSQL can reach it, else in a state folder
// outside, that ./data points to: second start, reset and every command find it by the same file.
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type Account, canReach, requireOwn, unprivilegedAccount } from './account.ts'
import { canRun, copyBinaries, installedBinaries } from './binaries.ts'

/** What is known of a cluster, kept in `<data>/database/cluster.json`. */
export type Place = {
  /** Folder of the cluster: `pg/` (PostgreSQL's own data), `postgres.log`, and `native/` when the programs had to be copied. */
  readonly home: string
  /** The port used last; the next start tries it first. */
  readonly port: number
  /** True once the owner's role and database exist. */
  readonly ready: boolean
}

export type Passwords = { readonly superuser: string; readonly owner: string }

const FIRST_PORT = 15432

export function controlFolder(data: string): string {
  return join(data, 'database')
}

/** Makes the data folder and its control folder; the answer is the real path of the data folder. */
export function prepareData(data: string): string {
  if (!existsSync(data)) mkdirSync(data, { recursive: true, mode: 0o711 })
  const real = realpathSync(data)
  const control = controlFolder(real)
  if (!existsSync(control)) mkdirSync(control, { mode: 0o700 })
  requireOwn(control)
  const register = join(control, 'register.sqlite')
  if (!existsSync(register)) writeFileSync(register, '', { mode: 0o600, flag: 'a' })
  ownLikeParent(control)
  ownLikeParent(register)
  return real
}

export function readPlace(data: string): Place | undefined {
  const file = join(controlFolder(data), 'cluster.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Place) : undefined
}

export function writePlace(data: string, place: Place): Place {
  writeWhole(join(controlFolder(data), 'cluster.json'), `${JSON.stringify(place, null, 2)}\n`)
  return place
}

export function readPasswords(data: string): Passwords {
  const file = join(controlFolder(data), 'passwords.json')
  if (!existsSync(file)) {
    const password = () => randomBytes(24).toString('base64url')
    writeWhole(file, `${JSON.stringify({ superuser: password(), owner: password() }, null, 2)}\n`)
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Passwords
}

/** Chooses where a new cluster goes, makes its folder and says so when it is not where one would look for it. */
export function newPlace(data: string, say: (line: string) => void): Place {
  const account = unprivilegedAccount()
  const home = account && !canReach(account, data) ? outsideHome(account) : join(data, 'postgres')
  mkdirSync(home, { recursive: true, mode: 0o700 })
  if (account) chownSync(home, account.uid, account.gid)
  else ownLikeParent(home)
  if (home !== join(data, 'postgres')) {
    say(`User ${account?.name}, who runs PostgreSQL, cannot enter ${data}: the database lives in ${home}`)
  }
  return writePlace(data, { home, port: FIRST_PORT, ready: false })
}

/** The programs that run this cluster: npm's own, or a copy beside the cluster when the account cannot reach those. */
export async function binariesFor(place: Place, account: Account | undefined): Promise<string> {
  const installed = installedBinaries()
  if (!account || (await canRun(installed, account))) return installed
  const copy = copyBinaries(installed, join(place.home, 'native'))
  if (!(await canRun(copy, account))) {
    throw new Error(
      `User ${account.name} cannot run PostgreSQL from ${copy}. Start Socle as an ordinary user, or set DATABASE_URL to an existing PostgreSQL.`,
    )
  }
  return copy
}

/** Started by root inside somebody else's folder, what we make there stays theirs, so that they can start it next. */
function ownLikeParent(path: string): void {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = statSync(dirname(path))
  if (statSync(path).uid !== uid) chownSync(path, uid, gid)
}

function outsideHome(account: Account): string {
  for (const parent of ['/var/lib/socle', tmpdir()]) {
    try {
      mkdirSync(parent, { recursive: true, mode: 0o755 })
      const home = mkdtempSync(join(realpathSync(parent), `socle-${basename(process.cwd()).replace(/\W+/g, '-')}-`))
      if (!canReach(account, parent)) continue
      chmodSync(home, 0o700)
      return home
    } catch {}
  }
  throw new Error(
    `Neither /var/lib/socle nor ${tmpdir()} can hold the database for user ${account.name}. ` +
      'Start Socle as an ordinary user, or set DATABASE_URL to an existing PostgreSQL.',
  )
}

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  ownLikeParent(`${file}.new`)
  renameSync(`${file}.new`, file)
}
