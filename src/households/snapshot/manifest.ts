import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { DateText } from '#kernel'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().nonnegative()

const fileEntry = z.strictObject({
  region: z.string(),
  path: z.string().regex(/^[0-9A-Za-z_-]+\.arrow$/),
  households: count,
  members: count,
  bytes: count,
  sha256,
})

const factEntry = z.strictObject({
  name: z.string(),
  type: z.enum(['boolean', 'integer', 'decimal', 'money', 'date', 'territory', 'code']),
  codes: z.array(z.string()).optional(),
})

const content = z.strictObject({
  format: z.literal('socle-snapshot/1'),
  country: z.string().regex(/^[a-z]{2}$/),
  /** What the register knew at this instant. */
  asOf: z.iso.datetime({ precision: 6 }),
  /** Facts in effect on this day. */
  effectiveOn: z.iso.date().transform(text => text as DateText),
  /** The facts that the columns hold, as the catalogue had them. */
  catalogue: z.strictObject({ version: sha256, household: z.array(factEntry), member: z.array(factEntry) }),
  households: count,
  members: count,
  /** True where all or some households are modelled. */
  modelled: z.boolean(),
  /** Where the households are from: a register, by its identity, or a generator; older snapshots do not say. */
  origin: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('register'), register: z.uuid() }),
      z.strictObject({ kind: z.literal('model'), seed: count }),
    ])
    .optional(),
  files: z.array(fileEntry),
})

const manifest = content.extend({ hash: sha256 })

export type SnapshotFile = z.infer<typeof fileEntry>
export type ManifestContent = z.infer<typeof content>
export type FactEntry = z.infer<typeof factEntry>
/** What a snapshot says of itself; `hash` is over all the rest, the hashes of its files among it. */
export type Manifest = z.infer<typeof manifest>

export function sealManifest(content: ManifestContent): Manifest {
  return { ...content, hash: hashOf(content) }
}

/** The manifest in a text; a sentence where it is none, or was altered. */
export function readManifest(text: string): Manifest | string {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return 'manifest.json is not JSON'
  }
  const parsed = manifest.safeParse(json)
  if (!parsed.success) return `manifest.json: ${z.prettifyError(parsed.error)}`
  const { hash, ...rest } = parsed.data
  if (hashOf(rest) !== hash) return 'manifest.json was altered: its hash does not match what it says'
  return parsed.data
}

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`
}

/** Over the values in the order of the schema, whatever the order in the file. */
function hashOf(manifest: ManifestContent): string {
  return createHash('sha256')
    .update(JSON.stringify(content.parse(manifest)))
    .digest('hex')
}
