export * from './inbox.js';
export * from './migrations.js';
export * from './outbox-admin.js';
export * from './outbox-rows.js';
export * from './outbox.js';
export * from './outbox.module.js';
export * from './publishers.js';
export * from './relay.js';
