export * from './boot.js';
export * from './http-handler.js';
export * from './rpc-handler.js';
export * from './sqs-handler.js';
