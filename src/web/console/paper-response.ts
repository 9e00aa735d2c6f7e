import { Readable } from 'node:stream'

type Paper = {
  readonly name: string
  readonly type: string
  readonly size: number
  readonly bytes: AsyncIterable<Uint8Array>
}

/** A paper of a file, to be kept or opened outside of the page: nothing of it runs here. */
export function paperResponse({ name, type, size, bytes }: Paper): Response {
  return new Response(Readable.toWeb(Readable.from(bytes)) as ReadableStream, {
    headers: {
      'content-type': type,
      'content-length': String(size),
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      'cache-control': 'no-store',
    },
  })
}
