import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)
const worthwhile = 1024
const text = /^(text\/|application\/(json|xml|javascript)|image\/svg)/

export type Encoding = 'br' | 'gzip'

/** The best encoding that the browser accepts; undefined where it accepts neither. */
export function encodingFor(request: Request): Encoding | undefined {
  const accepted = (request.headers.get('accept-encoding') ?? '').split(',').map(part => part.trim().split(';')[0])
  if (accepted.includes('br')) return 'br'
  return accepted.includes('gzip') ? 'gzip' : undefined
}

/** `quality` 5 for a page made for one reader, 11 for a file that is compressed once and sent many times. */
export function compress(body: Uint8Array, encoding: Encoding, quality: number): Promise<Buffer<ArrayBuffer>> {
  if (encoding === 'gzip') return gzipped(body) as Promise<Buffer<ArrayBuffer>>
  return brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }) as Promise<Buffer<ArrayBuffer>>
}

/** The same answer, smaller on the wire where that is worth it. Files to download pass as they are, streamed. */
export async function compressed(request: Request, response: Response): Promise<Response> {
  const encoding = encodingFor(request)
  const kind = response.headers.get('content-type') ?? ''
  if (!response.body || !encoding || !text.test(kind) || response.headers.has('content-disposition')) return response
  if (response.headers.has('content-encoding')) return response
  const headers = new Headers(response.headers)
  headers.append('vary', 'accept-encoding')
  const body = new Uint8Array(await response.arrayBuffer())
  if (body.length < worthwhile) return new Response(body, { status: response.status, headers })
  headers.set('content-encoding', encoding)
  return new Response(await compress(body, encoding, 5), { status: response.status, headers })
}
