export { OutboxBusyError, sqliteOutboxStore } from './sqliteOutboxStore.ts'
