import type { ColumnRef } from '#security'

export const MESSAGE_TEXT: ColumnRef = { table: 'messaging.message', column: 'text' }
export const MESSAGE_TO: ColumnRef = { table: 'messaging.message', column: 'to' }
