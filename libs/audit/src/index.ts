export * from './audit-log.js';
export * from './migrations.js';
