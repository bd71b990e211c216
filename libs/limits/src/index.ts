export * from './limit-options.js';
export * from './limits.module.js';
export { Unlimited } from './limit.guards.js';
