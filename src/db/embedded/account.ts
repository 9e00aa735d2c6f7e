// PostgreSQL refuses to run as root. Started by root, it runs as an account that the machine already has: Socle never
// creates one.
import { readFileSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'

/** An account of the machine that PostgreSQL may run as. */
export type Account = { readonly name: string; readonly uid: number; readonly gid: number }

const PREFERRED = ['postgres', 'nobody', 'daemon', 'www-data']

/** The account for a cluster that is to be made, or undefined when this process is not root and runs it itself. */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() === 0) return chooseAccount(readPasswd())
  requireName()
  return undefined
}

/** PostgreSQL asks its account's name of the machine; a container started under a bare number has none to tell. */
function requireName(): void {
  try {
    userInfo()
  } catch {
    throw new Error(
      `PostgreSQL runs only as an account that has a name, and user ${process.getuid?.()} of this machine has none. ` +
        'Start Socle as a user with a name, or set DATABASE_URL to an existing PostgreSQL.',
    )
  }
}

/** The first of the accounts PostgreSQL may run as that a machine's list (/etc/passwd) has. */
export function chooseAccount(passwd: string): Account {
  const accounts = parsePasswd(passwd)
  for (const name of PREFERRED) {
    const account = accounts.find(one => one.name === name && one.uid > 0)
    if (account) return account
  }
  throw new Error(
    `PostgreSQL does not run as root, and this machine has none of the accounts it could run as (${PREFERRED.join(', ')}). ` +
      'Start Socle as an ordinary user, or set DATABASE_URL to an existing PostgreSQL.',
  )
}

/** The account that owns a cluster already made; undefined when that is this process's own user. */
export function accountOf(folder: string): Account | undefined {
  requireOwn(folder)
  const { uid, gid } = statSync(folder)
  if (uid === process.getuid?.()) return undefined
  return { name: parsePasswd(readPasswd()).find(one => one.uid === uid)?.name ?? String(uid), uid, gid }
}

/** Refuses in a sentence what another user made; root may use it. */
export function requireOwn(folder: string): void {
  const [own, owner] = [process.getuid?.(), statSync(folder).uid]
  if (own === undefined || own === 0 || own === owner) return
  throw new Error(
    `The database in ${folder} belongs to user ${owner}, and this is user ${own}. ` +
      'Start Socle as that user or as root, or have one of them remove the data first (npm run reset).',
  )
}

export function parsePasswd(text: string): Account[] {
  return text
    .split('\n')
    .map(line => line.split(':'))
    .filter(fields => fields.length >= 4)
    .map(fields => ({ name: fields[0]!, uid: Number(fields[2]), gid: Number(fields[3]) }))
    .filter(account => Number.isInteger(account.uid) && Number.isInteger(account.gid))
}

/** May the account walk down to this folder? Only the mode bits are read; access lists may still say no. */
export function canReach(account: Account, folder: string): boolean {
  const { mode, uid, gid } = statSync(folder)
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
  const parent = dirname(folder)
  return (mode & bit) !== 0 && (parent === folder || canReach(account, parent))
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8')
  } catch {
    return ''
  }
}
