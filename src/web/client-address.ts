import { BlockList, isIP } from 'node:net'

/** Whether an address is a proxy whose word about its client is taken. */
export type IsProxy = (address: string) => boolean

/** Reads `10.0.0.5, 10.1.0.0/16, ::1`; undefined where a part is neither an address nor a range. */
export function readProxies(list: string): IsProxy | undefined {
  const proxies = new BlockList()
  for (const part of list.split(',').map(each => each.trim())) {
    if (part === '') continue
    const [address = '', bits, ...more] = part.split('/')
    const family = isIP(address)
    if (family === 0 || more.length > 0) return undefined
    const type = family === 4 ? 'ipv4' : 'ipv6'
    if (bits === undefined) proxies.addAddress(address, type)
    else if (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)) {
      proxies.addSubnet(address, Number(bits), type)
    } else return undefined
  }
  return asked => {
    const address = plain(asked)
    const family = isIP(address)
    return family !== 0 && proxies.check(address, family === 4 ? 'ipv4' : 'ipv6')
  }
}

/**
 * Who asks: the address of the socket, and, where that is a trusted proxy, the last address of X-Forwarded-For that is
 * not one itself. What stands before it was written by the client and is nobody's word.
 */
export function clientAddress(socket: string, forwarded: string | null, isProxy: IsProxy): string {
  let address = plain(socket)
  if (!isProxy(address) || forwarded === null) return address
  for (const said of forwarded.split(',').reverse()) {
    const next = plain(said.trim())
    if (isIP(next) === 0) return address
    address = next
    if (!isProxy(address)) return address
  }
  return address
}

export function isLoopback(address: string): boolean {
  const bare = plain(address)
  return bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'))
}

/** Whom a limit counts: an IPv4 address, or the network of 64 bits that one IPv6 subscriber has to himself. */
export function subscriberOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('%')[0]!.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right]
  return `${groups
    .slice(0, 4)
    .map(group => group.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':')}::/64`
}

/** An IPv4 address that a socket of both families writes as `::ffff:192.0.2.1`. */
function plain(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
}
