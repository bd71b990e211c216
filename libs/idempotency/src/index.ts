export { FingerprintKey } from './idempotency.interceptor.js';
export { Claimed } from './claimed.decorator.js';
export type { Claim } from './claims.js';
export * from './idempotency.js';
export * from './idempotency.module.js';
export * from './idempotent.decorator.js';
export * from './migrations.js';
export { KNOWN_CALLERS } from './request-identity.js';
