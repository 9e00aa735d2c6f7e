import { err, ok, type Result } from '#kernel'

export type PasswordRefusal =
  | { readonly code: 'password_too_short'; readonly least: number }
  | { readonly code: 'password_too_long'; readonly most: number }
  /** It says the name or the address of whoever it should protect. */
  | { readonly code: 'password_like_account' }
  /** A word that everybody tries, dressed with digits and signs; a run of the keyboard; the same few letters again. */
  | { readonly code: 'password_common' }

/** NIST SP 800-63B (revision 4, section 3.1.1.2): length counts, composition does not, and what attackers try first is refused. */
export const SHORTEST_PASSWORD = 12
export const LONGEST_PASSWORD = 128
const FEWEST_DIFFERENT = 5

/** What the lists of leaked passwords begin with, in the languages of our users, digits and signs left out. */
const COMMON = new Set(
  (
    'password passwort motdepasse motsdepasse contrasena kalimatsir azerty azertyuiop qwerty qwertyuiop qwertz welcome bienvenue ' +
    'administrator administrateur admin root secret monsecret letmein iloveyou jetaime soleil marseille princess princesse ' +
    'football liverpool barcelona realmadrid superman batman dragon monkey master shadow sunshine bonjour changeme ' +
    'changezmoi marhaba salam bismillah allah mohamed mohammed morocco maroc maghrib senegal mali casablanca rabat dakar bamako ' +
    'socle soclesocle passwordpassword abcabc test testtest demo demonstration utilisateur user'
  ).split(' '),
)

const RUNS = [
  'abcdefghijklmnopqrstuvwxyz',
  'azertyuiopqsdfghjklmwxcvbn',
  'qwertyuiopasdfghjklzxcvbnm',
  '01234567890123456789',
]
const LONGEST_RUN = 8

/** Whether somebody may choose this password; the first refusal that applies is said. */
export function decidePassword(
  password: string,
  account: { readonly name: string; readonly email: string },
): Result<undefined, PasswordRefusal> {
  const length = [...password].length
  if (length < SHORTEST_PASSWORD) return err({ code: 'password_too_short', least: SHORTEST_PASSWORD })
  if (length > LONGEST_PASSWORD) return err({ code: 'password_too_long', most: LONGEST_PASSWORD })
  const plain = bare(password)
  if (ownWords(account).some(word => plain.includes(word))) return err({ code: 'password_like_account' })
  return isCommon(plain) ? err({ code: 'password_common' }) : ok(undefined)
}

function isCommon(plain: string): boolean {
  const letters = plain.replaceAll(/[^\p{L}]/gu, '')
  if (COMMON.has(letters) || COMMON.has(letters.replaceAll(/(.)\1+/g, '$1'))) return true
  if (new Set(plain).size < FEWEST_DIFFERENT) return true
  return RUNS.some(run => holdsRun(plain, run))
}

/** Whether so many signs follow each other as on a keyboard, in either direction. */
function holdsRun(plain: string, run: string): boolean {
  const ways = [run, [...run].reverse().join('')]
  return ways.some(way =>
    Array.from({ length: way.length - LONGEST_RUN + 1 }, (_, at) => way.slice(at, at + LONGEST_RUN)).some(part =>
      plain.includes(part),
    ),
  )
}

/** Parts of the name and of the address that are long enough to be recognised. */
function ownWords({ name, email }: { readonly name: string; readonly email: string }): string[] {
  return [...bare(name).split(/[^\p{L}]+/u), ...bare(email.split('@')[0] ?? '').split(/[^\p{L}\p{N}]+/u)].filter(
    word => [...word].length >= 4,
  )
}

/** Without accents and capitals, and with the signs that stand for letters read as letters. */
function bare(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('@', 'a').replaceAll('$', 's')
}
