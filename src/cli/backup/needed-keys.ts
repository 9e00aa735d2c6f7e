import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '#config'
import type { BackupHeader } from '#db'
import { publicKeyOf } from '#security'
import { auditKeyPath, readAuditKey } from '../audit-key.ts'
import { columnKeyPath } from '../column-key.ts'

/** The secrets that a restored installation needs and that no backup holds: each by name, and what is lost without it. */
export function neededKeys(config: Config): BackupHeader['keys'] {
  const secret = config.secret === undefined ? 'session-secret of the data folder' : 'SOCLE_SECRET'
  const keys = [
    {
      name: secret,
      says: 'signs sessions and opens the second factors of staff; with another one, staff sign in anew and enrol their second factor again',
    },
  ]
  const audit = auditKeyPath(config)
  if (existsSync(audit)) {
    keys.push({
      name: config.auditKey === undefined ? 'audit-key.pem of the data folder' : 'the file of SOCLE_AUDIT_KEY',
      says: `signs checkpoints of the audit (${publicKeyOf(readAuditKey(audit))}); with another one, publish its public key`,
    })
  }
  const column = columnKeyPath(config)
  if (existsSync(column)) {
    keys.push({
      name: config.columnKey === undefined ? 'column-keys of the data folder' : 'the file of SOCLE_COLUMN_KEY',
      says: 'opens the encrypted columns: without it their values are lost for good',
    })
  }
  if (config.pseudonymKey !== undefined || existsSync(join(config.database.data, 'pseudonym-key'))) {
    keys.push({
      name: config.pseudonymKey === undefined ? 'pseudonym-key of the data folder' : 'the file of SOCLE_PSEUDONYM_KEY',
      says: 'keeps pseudonyms of later exports the same as those of earlier ones',
    })
  }
  return keys
}
