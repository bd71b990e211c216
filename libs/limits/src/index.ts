export * from './limit-options.js';
export * from './limits.module.js';
