export * from './sessions.module.js';
export * from './stored-ended-sessions.js';
