export * from './cached-value.js';
export * from './coherent-cache.js';
export * from './entry-store.js';
export * from './memory-entry-store.js';
export * from './redis-entry-store.js';
export * from './redis-link.js';
export * from './relayed-entry-store.js';
