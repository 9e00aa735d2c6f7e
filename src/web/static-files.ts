import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { compress, type Encoding, encodingFor } from './compression.ts'

const kinds: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** For what has a hash of its content in its name. */
export const forever = { 'cache-control': 'public, max-age=31536000, immutable', 'x-content-type-options': 'nosniff' }

type Asset = {
  readonly bytes: Buffer<ArrayBuffer>
  readonly kind: string
  readonly encoded: Map<Encoding, Buffer<ArrayBuffer>>
}

/**
 * The built files, a few megabytes, held in memory. Their names carry a hash of their content: a browser keeps them for
 * a year. Each is compressed once per encoding, when first asked.
 */
export async function readAssets(
  clientFolder: string,
): Promise<{ answer(request: Request): Promise<Response> | undefined }> {
  const folder = join(clientFolder, 'assets')
  const assets = new Map<string, Asset>()
  for (const name of await readdir(folder)) {
    const kind = kinds[extname(name)]
    if (!kind) continue
    assets.set(`/assets/${name}`, { bytes: await readFile(join(folder, name)), kind, encoded: new Map() })
  }
  return {
    answer(request) {
      const asset = assets.get(new URL(request.url).pathname)
      return asset && answer(asset, asset.kind === 'font/woff2' ? undefined : encodingFor(request))
    },
  }
}

async function answer(asset: Asset, encoding: Encoding | undefined): Promise<Response> {
  const headers = new Headers({
    'content-type': asset.kind,
    ...forever,
    vary: 'accept-encoding',
  })
  if (!encoding) return new Response(asset.bytes, { headers })
  const known = asset.encoded.get(encoding)
  const body = known ?? (await compress(asset.bytes, encoding, 9))
  asset.encoded.set(encoding, body)
  headers.set('content-encoding', encoding)
  return new Response(body, { headers })
}
