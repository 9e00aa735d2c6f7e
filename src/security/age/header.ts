// The head of a file of age: its key, wrapped for each recipient, and a seal over the head itself.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto'
import { promisify } from 'node:util'
import { type Opener, privateKeyObject, publicKeyObject, type Recipient, rawPublic } from './keys.ts'
import { Unopened } from './unopened.ts'

const VERSION = 'age-encryption.org/v1'
const FILE_KEY_BYTES = 16
/** 2¹⁸ rounds of scrypt: about a second and 256 MiB for each guess of a passphrase. */
const WORK = 18
/** A file that asks for more is refused: it would only keep the machine busy. */
const WORK_MOST = 20

type Stanza = { readonly kind: string; readonly words: readonly string[]; readonly body: Buffer }
const derive = promisify(scrypt) as (
  word: string,
  salt: Buffer,
  length: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>

/** A new file key and the head that carries it. */
export async function newHead(recipients: readonly Recipient[]): Promise<{ head: Buffer; fileKey: Buffer }> {
  if (recipients.length === 0) throw new Error('A file is sealed for somebody.')
  if (recipients.length > 1 && recipients.some(one => one.kind === 'passphrase')) {
    throw new Error('A passphrase stands alone: anybody who knows it could otherwise forge the file for the others.')
  }
  const fileKey = randomBytes(FILE_KEY_BYTES)
  const stanzas = await Promise.all(recipients.map(recipient => wrap(recipient, fileKey)))
  const lines = stanzas.map(({ kind, words, body }) => `-> ${[kind, ...words].join(' ')}\n${base64(body)}\n`)
  const sealed = `${VERSION}\n${lines.join('')}---`
  return { head: Buffer.from(`${sealed} ${base64(macOf(fileKey, sealed))}\n`), fileKey }
}

/** The file key from a head, as text up to the line end after `---`. */
export async function openHead(head: string, opener: Opener): Promise<Buffer> {
  const { stanzas, sealed, mac } = parse(head)
  const fileKey = opener.kind === 'file_key' ? opener.key : await unwrap(stanzas, opener)
  if (mac.length !== 32 || !timingSafeEqual(macOf(fileKey, sealed), mac)) {
    throw new Unopened(opener.kind === 'file_key' ? { code: 'another_key' } : { code: 'altered', at: 'head' })
  }
  return fileKey
}

export function subkey(fileKey: Buffer, salt: Buffer, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', fileKey, salt, info, 32))
}

async function wrap(recipient: Recipient, fileKey: Buffer): Promise<Stanza> {
  if (recipient.kind === 'passphrase') {
    const salt = randomBytes(16)
    const key = await passphraseKey(recipient.passphrase, salt, WORK)
    return { kind: 'scrypt', words: [base64(salt), String(WORK)], body: sealKey(key, fileKey) }
  }
  const [own, theirs] = [generateKeyPairSync('x25519'), publicKeyObject(recipient.key)]
  const share = rawPublic(own.publicKey)
  const shared = diffieHellman({ privateKey: own.privateKey, publicKey: theirs })
  const key = subkey(shared, Buffer.concat([share, rawPublic(theirs)]), `${VERSION}/X25519`)
  return { kind: 'X25519', words: [base64(share)], body: sealKey(key, fileKey) }
}

async function unwrap(stanzas: readonly Stanza[], opener: Exclude<Opener, { kind: 'file_key' }>): Promise<Buffer> {
  const kind = opener.kind === 'passphrase' ? 'scrypt' : 'X25519'
  const mine = stanzas.filter(stanza => stanza.kind === kind)
  if (mine.length === 0) throw new Unopened({ code: 'other_kind_of_key', kind })
  if (kind === 'scrypt' && stanzas.length > 1) throw new Unopened({ code: 'altered', at: 'head' })
  for (const stanza of mine) {
    const key = await wrappingKey(stanza, opener)
    const fileKey = key && openKey(key, stanza.body)
    if (fileKey) return fileKey
  }
  throw new Unopened({ code: 'another_key' })
}

async function wrappingKey(
  { words }: Stanza,
  opener: Exclude<Opener, { kind: 'file_key' }>,
): Promise<Buffer | undefined> {
  const first = Buffer.from(words[0] ?? '', 'base64')
  if (opener.kind === 'passphrase') {
    const work = Number(words[1])
    if (first.length !== 16 || !/^[1-9]\d?$/.test(words[1] ?? '') || work > WORK_MOST) return undefined
    return passphraseKey(opener.passphrase, first, work)
  }
  if (first.length !== 32) return undefined
  const own = privateKeyObject(opener.key)
  try {
    const shared = diffieHellman({ privateKey: own, publicKey: publicKeyObject(first) })
    return subkey(shared, Buffer.concat([first, rawPublic(own)]), `${VERSION}/X25519`)
  } catch {
    return undefined // A point of small order: no honest writer draws one.
  }
}

function passphraseKey(passphrase: string, salt: Buffer, work: number): Promise<Buffer> {
  const N = 2 ** work
  const salted = Buffer.concat([Buffer.from(`${VERSION}/scrypt`), salt])
  return derive(passphrase, salted, 32, { N, r: 8, p: 1, maxmem: 256 * N * 8 })
}

const NO_NONCE = Buffer.alloc(12) // Each wrapping key wraps once.

function sealKey(key: Buffer, fileKey: Buffer): Buffer {
  const cipher = createCipheriv('chacha20-poly1305', key, NO_NONCE, { authTagLength: 16 })
  return Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()])
}

function openKey(key: Buffer, body: Buffer): Buffer | undefined {
  if (body.length !== FILE_KEY_BYTES + 16) return undefined
  const decipher = createDecipheriv('chacha20-poly1305', key, NO_NONCE, { authTagLength: 16 })
  decipher.setAuthTag(body.subarray(FILE_KEY_BYTES))
  try {
    return Buffer.concat([decipher.update(body.subarray(0, FILE_KEY_BYTES)), decipher.final()])
  } catch {
    return undefined
  }
}

function macOf(fileKey: Buffer, sealed: string): Buffer {
  return createHmac('sha256', subkey(fileKey, Buffer.alloc(0), 'header'))
    .update(sealed)
    .digest()
}

function parse(head: string): { stanzas: Stanza[]; sealed: string; mac: Buffer } {
  const lines = head.slice(0, -1).split('\n')
  if (lines.shift() !== VERSION) throw new Unopened({ code: 'not_sealed' })
  const stanzas: Stanza[] = []
  while (lines.length > 1) {
    const [arrow, kind, ...words] = (lines.shift() ?? '').split(' ')
    if (arrow !== '->' || kind === undefined) throw new Unopened({ code: 'altered', at: 'head' })
    let body = ''
    for (let line = '-'.repeat(64); line.length === 64; body += line) line = lines.shift() ?? ''
    stanzas.push({ kind, words, body: Buffer.from(body.replaceAll('-', ''), 'base64') })
  }
  const mac = /^--- ([\w+/]{43})$/.exec(lines[0] ?? '')
  if (!mac) throw new Unopened({ code: 'altered', at: 'head' })
  return { stanzas, sealed: head.slice(0, head.lastIndexOf('---') + 3), mac: Buffer.from(mac[1]!, 'base64') }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}
