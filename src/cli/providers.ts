import { readFileSync } from 'node:fs'
import { type ProviderPorts, readProviderSettings } from '#payments'
import { UsageError } from './command.ts'

/** How this installation speaks to its providers: those named in the file of SOCLE_PROVIDERS; all others take ISO 20022 files. */
export function readProviders(file: string | undefined): ProviderPorts {
  if (file === undefined) return new Map()
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`SOCLE_PROVIDERS: the file cannot be read (${(error as Error).message})`)
  }
  const read = readProviderSettings(text)
  if (!read.ok) throw new UsageError(`SOCLE_PROVIDERS, ${file}: ${read.refusal.at}: ${read.refusal.says}`)
  return read.value
}
