export * from './audit-log.js';
export * from './local-operator.js';
export * from './migrations.js';
