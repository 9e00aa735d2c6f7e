import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Pages } from './entry.server.tsx'

const root = fileURLToPath(new URL('../..', import.meta.url))
const sources = [
  'src/web/**/*.{ts,tsx,css,woff2}',
  'src/{kernel,rules}/**/*.ts',
  'locales/**/*.json',
  'package-lock.json',
]

export type BuildOptions = {
  /** Where to build when the checkout cannot be written: a folder inside the data folder. */
  readonly dataFolder: string
  /** From 0 to 1, at least at the start and at the end. */
  readonly onProgress?: (share: number) => void
}

export type BuiltSite = {
  readonly folder: string
  readonly clientFolder: string
  /** False where an earlier build of the same sources was found. */
  readonly built: boolean
  readonly pages: () => Promise<Pages>
}

/**
 * Makes the pages ready: builds them with Vite in a process of its own (a few seconds, beside other work), or finds the
 * build of the same sources. A build is written aside and moved into place whole under the hash of its sources: one that
 * is killed half-way leaves nothing, and two that run at once agree.
 */
export async function buildWeb({ dataFolder, onProgress }: BuildOptions): Promise<BuiltSite> {
  onProgress?.(0)
  const hash = await hashOfSources()
  const name = `web-${hash.slice(0, 16)}`
  const parents = [join(root, 'build'), join(dataFolder, 'build')]
  const standing = parents.map(parent => join(parent, name)).find(folder => existsSync(folder))
  const folder = standing ?? (await buildInto(parents, name, onProgress))
  onProgress?.(1)
  return { folder, clientFolder: join(folder, 'client'), built: !standing, pages: () => load(folder) }
}

async function buildInto(
  parents: readonly string[],
  name: string,
  onProgress: BuildOptions['onProgress'],
): Promise<string> {
  const { parent, aside } = await openAside(parents)
  const folder = join(parent, name)
  try {
    await compile(aside, onProgress)
    // The server module is written as ECMAScript; its folder may stand outside our package.
    await writeFile(join(aside, 'package.json'), '{"type":"module"}\n')
    await rename(aside, folder).catch(error => {
      if (!existsSync(folder)) throw error
    })
    await removeOthers(parent, folder)
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return folder
}

/** An empty folder in the first parent that can be written: tried, since root is told yes by every question. */
async function openAside(parents: readonly string[]): Promise<{ parent: string; aside: string }> {
  let refusal: unknown
  for (const parent of parents) {
    try {
      await mkdir(parent, { recursive: true })
      return { parent, aside: await mkdtemp(join(parent, 'aside-')) }
    } catch (error) {
      refusal = error
    }
  }
  throw refusal
}

/** Builds of earlier sources. A server that runs from one has already read it whole. */
async function removeOthers(parent: string, kept: string): Promise<void> {
  const others = globSync('web-*', { cwd: parent }).filter(name => join(parent, name) !== kept)
  await Promise.all(others.map(name => rm(join(parent, name), { recursive: true, force: true })))
}

/** One hash over names and contents of all that goes into the pages. */
async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256')
  for (const path of globSync(sources, { cwd: root })
    .filter(path => !path.includes('.test.'))
    .sort()) {
    hash.update(`${path}\0`).update(await readFile(join(root, path)))
  }
  return hash.digest('hex')
}

function compile(out: string, onProgress: BuildOptions['onProgress']): Promise<void> {
  const program = fileURLToPath(new URL('compile.ts', import.meta.url))
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, out], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    const listen = (chunk: Buffer) => {
      said += chunk
      const steps = said.match(/^step /gm)?.length ?? 0
      onProgress?.(Math.min(0.95, steps / 3))
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.on('error', reject)
    child.on('exit', code => {
      if (code === 0) resolve()
      else reject(new Error(`The pages could not be built:\n${said.slice(-4000)}`))
    })
  })
}

async function load(folder: string): Promise<Pages> {
  const build = await import(pathToFileURL(join(folder, 'server', 'index.js')).href)
  return build.entry.module.createPages(build)
}
