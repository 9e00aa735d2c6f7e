export { err, ok, type Refused, type Result } from './result.ts'
