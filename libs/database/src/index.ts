export * from './columns.js';
export * from './database.js';
export * from './database.module.js';
export { isTimedOut } from './driver-errors.js';
export { type Dialect, forShare, forUpdate, jsonText, locking } from './dialect.js';
export { holdFile } from './hold-file.js';
export * from './list-query.js';
export { countTotal, estimatedRows, type Run, runWithin, shownTotal, type Total } from './list-total.js';
export { listMigrations, type MigrationState, undoLastMigration } from './migration-list.js';
export { migrate, openDataSource } from './open.js';
export type { CredentialSource } from './credentials.js';
export {
  dataSourceOptions,
  type DatabaseAccess,
  type DatabaseOptions,
  type EntityClass,
  type MigrationClass,
} from './options.js';
export { Purge } from './purge.js';
export { rowGroups } from './row-groups.js';
export { quoteName, quoteText, withServer, type RunOnServer } from './server.js';
export { CHARACTERS } from './charset.js';
export { type Conflict, inList, type Property, Statements } from './statements.js';
export { lockForChange, Versioned } from './versioned.js';
export * from './watch-database.js';
