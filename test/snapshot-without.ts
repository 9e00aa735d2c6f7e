import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manifestText, readManifest, sealManifest } from '../src/households/snapshot/manifest.ts'

/** Makes a snapshot one that was taken before a fact of members was asked: sealed, and without it. Answers how to put it back. */
export function withoutMemberFact(folder: string, fact: string): () => void {
  const path = join(folder, 'manifest.json')
  const text = readFileSync(path, 'utf8')
  const manifest = readManifest(text)
  if (typeof manifest === 'string') throw new Error(manifest)
  const { hash: _, catalogue, ...rest } = manifest
  const member = catalogue.member.filter(({ name }) => name !== fact)
  writeFileSync(path, manifestText(sealManifest({ ...rest, catalogue: { ...catalogue, member } })))
  return () => writeFileSync(path, text)
}
