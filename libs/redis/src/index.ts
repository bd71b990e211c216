export * from './connect-redis.js';
export * from './gathering-redis.js';
