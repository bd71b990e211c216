export * from './api-config.js';
export * from './fields.js';
export * from './load-config.js';
export * from './secrets.js';
export * from './service-config.js';
export * from './service-database.js';
export * from './text-source.js';
