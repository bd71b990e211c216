export * from './background.js';
export * from './deadlines.js';
export * from './gather.js';
export * from './repeat.js';
export * from './wait.js';
